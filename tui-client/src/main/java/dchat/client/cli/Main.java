package dchat.client.cli;

import dchat.client.tui.Sanitizer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code dchat} command line. Starting a node is the launcher's affair. */
@Command(
    name = "dchat",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "A chat that keeps working while machines die.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "3:unknown: it may or may not have been committed",
      "4:rejected by the cluster",
      "5:no leader, or no node answers; nothing was executed"
    },
    footer = {
      "",
      "A replica is started with @|bold dchat node|@; see @|bold dchat node --help|@.",
      "What is in its data folder is shown by @|bold dchat inspect|@; @|bold dchat restore|@",
      "makes one from a backup.",
      "Environment: DCHAT_NODES (addresses of nodes), DCHAT_CA (whose certificates they have),",
      "DCHAT_NAME (your name), DCHAT_ADMIN_TOKEN or DCHAT_ADMIN_TOKEN_FILE (changes to the"
          + " cluster)."
    },
    subcommands = {
      Demo.class,
      ChatCommand.class,
      Send.class,
      Tail.class,
      ClusterCommand.class,
      BackupCommand.class,
      Bench.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    // Not System.out: what others wrote must come out as UTF-8 whatever the locale.
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler(Main::explainFailure)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command? 'dchat --help' lists them");
  }

  private static int explainUsage(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    String unknown =
        e instanceof CommandLine.UnmatchedArgumentException u
            ? "what is '" + String.join(" ", u.getUnmatched()) + "'?"
            : e.getMessage();
    err.println("dchat: " + Sanitizer.line(unknown));
    err.println("try '" + name + " --help'");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int explainFailure(
      Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    String message = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    command.getErr().println("dchat: " + Sanitizer.line(message));
    command.getErr().flush();
    return ExitCode.FAILED;
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
              .orElse("(not packaged)");
      return new String[] {"dchat " + version + ", Java " + Runtime.version().feature()};
    }
  }
}
