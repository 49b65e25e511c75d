package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

  @TempDir Path folder;

  @Test
  void theTailIsTheLastLines() throws IOException {
    LogFile log = new LogFile(folder.resolve("speed.log"));
    assertThat(log.tail(3)).isEmpty();
    for (int i = 0; i < 5_000; i++) {
      log.append("line " + i);
    }
    assertThat(log.tail(2)).containsExactly("line 4998", "line 4999");
  }

  @Test
  void aLogOverTheLimitIsMovedAsideInPlace() throws IOException {
    LogFile log = new LogFile(folder.resolve("speed.log"));
    log.append("0123456789");
    log.rotateOver(11);
    assertThat(folder.resolve("speed.log.1")).doesNotExist();
    log.append("next");
    log.rotateOver(11);
    assertThat(Files.readString(folder.resolve("speed.log.1"))).isEqualTo("0123456789\nnext\n");
    assertThat(log.path()).isEmptyFile();
  }
}
