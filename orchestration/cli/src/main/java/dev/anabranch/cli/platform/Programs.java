package dev.anabranch.cli.platform;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The built programs of this repository, each with a class path of its own.
 *
 * @param home the repository's root
 * @param java the {@code java} to run them with
 */
record Programs(Path home, Path java) {

  /**
   * For every part: nothing of the machine's locale or time zone. On few cores the optimizing
   * compiler works for minutes, in competition with what it is to make faster, so it is left out
   * (docs/adr/0008-short-epochs.md).
   */
  private static final List<String> COMMON_FLAGS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Dfile.encoding=UTF-8",
          "-Duser.timezone=UTC");

  /**
   * The programs that this very process was built with.
   *
   * @throws CommandFailure the process was not started by {@code ./anabranch}
   */
  static Programs ofThisProcess() {
    String home = System.getProperty("anabranch.home", "");
    if (home.isEmpty()) {
      throw CommandFailure.failed(
          "The system property anabranch.home is not set, so the parts' programs cannot be found;"
              + " start the command with ./anabranch.");
    }
    return new Programs(
        Path.of(home).toAbsolutePath(), Path.of(System.getProperty("java.home"), "bin", "java"));
  }

  /**
   * A part that runs a module's main class.
   *
   * @param module the module's folder below the root
   * @param needs names of the parts that must run before it is started
   * @param settings the part's only argument
   * @throws CommandFailure the module is not built
   */
  PartSpec part(
      String name,
      String module,
      String mainClass,
      Jvm jvm,
      Set<String> needs,
      Path settings,
      Path scratch) {
    List<String> command = command(jvm);
    command.add("-Djava.io.tmpdir=" + scratch);
    command.add(mainClass);
    command.add(settings.toString());
    return new PartSpec(
        name, command, environment(module), needs, scratch, jvm.heapMebibytes(), jvm.niceness());
  }

  /**
   * A program that has this process's terminal, input and output until it ends.
   *
   * @param module the module's folder below the root
   * @throws CommandFailure the module is not built
   */
  ProcessBuilder inForeground(String module, String mainClass, Jvm jvm, List<String> arguments) {
    List<String> command = command(jvm);
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(environment(module));
    return builder;
  }

  private List<String> command(Jvm jvm) {
    List<String> command = new ArrayList<>();
    command.add(java.toString());
    command.add("-Xmx" + jvm.heapMebibytes() + "m");
    command.addAll(COMMON_FLAGS);
    command.addAll(jvm.flags());
    return command;
  }

  private Map<String, String> environment(String module) {
    return Map.of(
        // Not on the command line, which stays short enough to read in a list of processes.
        "CLASSPATH", classPath(module),
        // glibc would keep an arena of up to 64 MiB a thread.
        "MALLOC_ARENA_MAX", "2",
        "SPARK_LOCAL_IP", "127.0.0.1");
  }

  private String classPath(String module) {
    Path target = home.resolve(module).resolve("target");
    try {
      return jar(target) + ":" + Files.readString(target.resolve("class-path")).strip();
    } catch (IOException e) {
      throw CommandFailure.failed(
          "Module %s is not built (%s): start the command with ./anabranch, which builds it."
              .formatted(module, e.getMessage()),
          e);
    }
  }

  private static Path jar(Path target) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "anabranch-*.jar")) {
      for (Path jar : jars) {
        if (!jar.toString().matches(".*-(tests|sources|javadoc)\\.jar")) {
          return jar;
        }
      }
    }
    throw new IOException("no jar in " + target);
  }

  /**
   * How a part's JVM is run.
   *
   * @param heapMebibytes upper bound of its heap
   * @param niceness how far it gives way to others when cores are short
   * @param flags beside the heap and the common ones
   */
  record Jvm(int heapMebibytes, int niceness, List<String> flags) {

    Jvm {
      flags = List.copyOf(flags);
    }
  }
}
