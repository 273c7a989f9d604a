package dchat.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Knowledge flows one way: the command line knows the chat and the load generator, and both know
 * the API.
 */
@AnalyzeClasses(packages = "dchat.client", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("cli")
          .definedBy("dchat.client.cli")
          .layer("tui")
          .definedBy("dchat.client.tui")
          .layer("bench")
          .definedBy("dchat.client.bench")
          .layer("api")
          .definedBy("dchat.client.api")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("tui")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("bench")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("api")
          .mayOnlyBeAccessedByLayers("cli", "tui", "bench");

  @ArchTest
  static final ArchRule THE_NODE_IS_KNOWN_BY_ITS_HTTP_INTERFACE_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dchat.node..", "dchat.http..", "dchat.chat..", "dchat.raft..");

  @ArchTest
  static final ArchRule ONE_PLACE_KNOWS_THE_TERMINAL =
      noClasses()
          .that()
          .haveNameNotMatching(".*TerminalDevice.*")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.googlecode.lanterna.terminal..");

  @ArchTest
  static final ArchRule MODEL_UPDATE_AND_VIEW_LOOK_AT_NO_CLOCK_AND_RUN_NOTHING =
      noClasses()
          .that()
          .haveNameMatching(
              "dchat.client.tui.(Model|Update|View|Chat|Outbox|Link|Keys|Rooms|Outgoing|Timeline"
                  + "|SlashCommands|Editor|StatusLine|Layout)")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java.lang.Thread|java.util.concurrent.*Executor.*|java.io.*Stream");
}
