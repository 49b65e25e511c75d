package dev.anabranch.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackEnvironmentTest {
  /** A variable without which compose does nothing: {@code ${NAME:?…}}. */
  private static final Pattern REQUIRED = Pattern.compile("\\$\\{([A-Z0-9_]+):\\?");

  @TempDir Path folder;

  private StackEnvironment environment(Map<String, String> ofProcess) {
    return new StackEnvironment(folder.resolve(".env"), ofProcess);
  }

  @Test
  void everySecretThatTheComposeFileWantsIsMade() throws IOException {
    environment(Map.of()).complete();
    Set<String> required = new TreeSet<>();
    Matcher matcher = REQUIRED.matcher(Files.readString(composeFile()));
    while (matcher.find()) {
      required.add(matcher.group(1));
    }
    assertThat(required).contains("API_TOKEN", "MINIO_ROOT_PASSWORD");
    assertThat(required)
        .allSatisfy(name -> assertThat(environment(Map.of()).value(name)).as(name).isPresent());
  }

  @Test
  void secretsAreOnlyForTheirOwnerAndDiffer() throws IOException {
    assertThat(environment(Map.of()).complete()).isTrue();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".env"))))
        .isEqualTo("rw-------");
    assertThat(environment(Map.of()).value("API_TOKEN").orElseThrow())
        .hasSizeGreaterThanOrEqualTo(64)
        .isNotEqualTo(environment(Map.of()).value("MINIO_ROOT_PASSWORD").orElseThrow());
  }

  @Test
  void whatIsThereStays() throws IOException {
    Files.writeString(folder.resolve(".env"), "API_TOKEN=mine\nAPI_PORT=9999");
    assertThat(environment(Map.of()).complete()).isTrue();
    assertThat(environment(Map.of()).value("API_TOKEN")).contains("mine");
    assertThat(environment(Map.of()).value("API_PORT")).contains("9999");
    String complete = Files.readString(folder.resolve(".env"));
    assertThat(environment(Map.of()).complete()).isFalse();
    assertThat(Files.readString(folder.resolve(".env"))).isEqualTo(complete);
  }

  @Test
  void theProcessesEnvironmentGoesOverTheFileAsInCompose() throws IOException {
    Files.writeString(folder.resolve(".env"), "API_TOKEN=mine\n");
    assertThat(environment(Map.of("API_TOKEN", "other")).value("API_TOKEN")).contains("other");
  }

  private static Path composeFile() {
    Path from = Path.of("").toAbsolutePath();
    while (!Files.exists(from.resolve("infra/docker-compose.yml"))) {
      from = from.getParent();
    }
    return from.resolve("infra/docker-compose.yml");
  }
}
