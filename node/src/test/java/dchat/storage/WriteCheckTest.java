package dchat.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteCheckTest {
  @TempDir Path folder;
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void a_folder_that_takes_writes_is_no_trouble_and_stays_as_it_was() throws Exception {
    assertThat(check().trouble()).isEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void what_the_disk_says_is_told_until_it_is_asked_again() throws Exception {
    WriteCheck check = check();
    Path inTheWay = folder.resolve("write-check");
    Files.createDirectories(inTheWay.resolve("something"));
    assertThat(check.trouble())
        .hasValueSatisfying(why -> assertThat(why).startsWith("can't write to " + folder));

    Files.delete(inTheWay.resolve("something"));
    Files.delete(inTheWay);
    nanos.addAndGet(Duration.ofMillis(4_999).toNanos());
    assertThat(check.trouble()).as("the disk isn't asked more often").isPresent();
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(check.trouble()).isEmpty();
  }

  private WriteCheck check() {
    return new WriteCheck(() -> WriteCheck.write(folder), nanos::get);
  }
}
