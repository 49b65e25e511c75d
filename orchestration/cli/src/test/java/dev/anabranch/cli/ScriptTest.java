package dev.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./anabranch} in a repository of nothing but a module, with false tools. */
class ScriptTest {

  private static final String PROGRAM = "orchestration/cli";

  @TempDir Path temporary;
  private Path home;
  private Path tools;
  private Path jdk;

  private record Result(int exitCode, String output) {}

  @BeforeEach
  void repository() throws IOException {
    home = temporary.resolve("the repository");
    tools = temporary.resolve("tools");
    jdk = temporary.resolve("jdk 17");
    for (String module :
        List.of("lakehouse", "speed-layer", "batch-layer", "serving", "orchestration", ".mvn")) {
      Files.createDirectories(home.resolve(module));
    }
    Files.writeString(home.resolve("pom.xml"), "<project/>");
    Path main = home.resolve(PROGRAM + "/src/main");
    Files.createDirectories(main.resolve("resources"));
    Files.createDirectories(main.resolve("java"));
    Files.writeString(main.resolve("resources/log4j2.xml"), "<Configuration/>");
    Files.writeString(main.resolve("java/Main.java"), "class Main {}");
    Files.copy(
        Path.of("../../anabranch"), home.resolve("anabranch"), StandardCopyOption.COPY_ATTRIBUTES);
    program(jdk.resolve("bin/java"), "for a in \"$@\"; do echo \"<$a>\"; done; echo \"in $PWD\"");
    program(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    // Not root and without sudo, so that nothing is ever installed.
    program(tools.resolve("id"), "echo 1000");
    program(tools.resolve("sudo"), "exit 1");
    maven(
        """
        echo "[INFO] Building Anabranch: false [1/1]"
        echo built >> builds
        mkdir -p orchestration/cli/target
        echo /lib/a.jar:/lib/b.jar > orchestration/cli/target/class-path
        : > orchestration/cli/target/anabranch-cli-1.jar
        """);
    old();
  }

  @Test
  void buildsOnceAndRunsTheCommandLineInTheCurrentFolder() throws Exception {
    Result first = run("status", "--data", "my data");
    assertThat(first.exitCode()).isZero();
    assertThat(first.output())
        .contains("Building Anabranch: false".substring("Building ".length()))
        .contains("<dev.anabranch.cli.Main>\n<status>\n<--data>\n<my data>\n")
        .contains(
            "<" + home + "/orchestration/cli/target/anabranch-cli-1.jar:/lib/a.jar:/lib/b.jar>")
        .contains("<-Danabranch.home=" + home + ">")
        .contains("in " + temporary.toRealPath());
    assertThat(run("status").output()).doesNotContain("building");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewerOrGone() throws Exception {
    run("status");
    old();
    Files.setLastModifiedTime(
        home.resolve(PROGRAM + "/src/main/java/Main.java"),
        FileTime.from(Instant.now().plusSeconds(5)));
    run("status");
    assertThat(builds()).isEqualTo(2);
    old();
    Files.delete(home.resolve(PROGRAM + "/src/main/java/Main.java"));
    Files.setLastModifiedTime(
        home.resolve(PROGRAM + "/src/main/java"), FileTime.from(Instant.now().plusSeconds(5)));
    run("status");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void aBuildThatFailedIsNoBuild() throws Exception {
    maven("echo '[ERROR] cannot compile'; exit 1");
    Result failed = run("status");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.output()).contains("cannot compile", "build.log").doesNotContain("<status>");
    assertThat(run("status").exitCode()).isEqualTo(1);
  }

  @Test
  void runsThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(tools.resolve("ab"), home.resolve("anabranch"));
    assertThat(execute(link, "down").output()).contains("<-Danabranch.home=" + home + ">");
  }

  @Test
  void takesNoLaterJava() throws Exception {
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    assertThat(run("status").output()).doesNotContain("<dev.anabranch.cli.Main>");
  }

  @Test
  void refusesAnOldMaven() throws Exception {
    program(tools.resolve("mvn"), "echo 'Apache Maven 3.6.2 (abc)'");
    Result result = run("status");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.output()).contains("Maven 3.6.3 or later is missing", "apt-get install");
  }

  @Test
  void testRunsTheBuildsTestsAndPassesItsExitCodeOn() throws Exception {
    maven("echo \"mvn $*\"; exit 1");
    Result failed = run("test");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.output()).contains("verify");
  }

  @Test
  void testsOfEverythingAreABuild() throws Exception {
    assertThat(run("test").exitCode()).isZero();
    assertThat(run("status").output()).contains("<status>").doesNotContain("building");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void testsOfAPartAreNoBuildAndEndAnEarlierOne() throws Exception {
    run("status");
    assertThat(run("test", "-pl", "lakehouse/core").exitCode()).isZero();
    assertThat(run("status").output()).contains("building");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void helpForTestsRunsNone() throws Exception {
    run("status");
    assertThat(run("test", "--help").output()).contains("<test>\n<--help>\n");
    assertThat(run("status").output()).doesNotContain("building");
    assertThat(builds()).isEqualTo(1);
  }

  private Result run(String... arguments) throws Exception {
    return execute(home.resolve("anabranch"), arguments);
  }

  private Result execute(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(temporary.toFile()).redirectErrorStream(true);
    builder.environment().putAll(Map.of("JAVA_HOME", jdk.toString(), "HOME", "/nowhere"));
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private long builds() throws IOException {
    return Files.readAllLines(home.resolve("builds")).size();
  }

  private void maven(String body) throws IOException {
    program(
        tools.resolve("mvn"),
        "if [ \"$1\" = -v ]; then echo 'Apache Maven 3.9.9 (abc)'; exit 0; fi\n" + body);
  }

  private static void program(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Makes every source older than any build. */
  private void old() throws IOException {
    try (var files = Files.walk(home)) {
      for (Path path : files.filter(p -> !p.startsWith(home.resolve("target"))).toList()) {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minusSeconds(60)));
      }
    }
  }
}
