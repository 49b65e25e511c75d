package dev.anabranch.cli.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A part without content that keeps the protocol with the launcher, or breaks it in one way. It
 * writes what it does into a journal that all fake parts of a test share.
 */
final class FakePart {

  /** How it behaves. */
  enum Behaviour {
    /** Says READY, and ends when its input does. */
    OBEYS,
    /** Says READY, then ends by itself with exit code 7. */
    DIES,
    /** Never says READY. */
    HANGS,
    /** Says READY, then hears neither the end of its input nor SIGTERM. */
    DEAF
  }

  private FakePart() {}

  /** Arguments: journal. The behaviour and the name are system properties. */
  public static void main(String[] args) throws Exception {
    Path journal = Path.of(args[0]);
    String name = System.getProperty("fake.name");
    System.err.println("I am " + name);
    switch (Behaviour.valueOf(System.getProperty("fake.behaviour"))) {
      case OBEYS -> {
        ready(journal, name);
        awaitEndOfInput();
        write(journal, name + " stopped");
        System.exit(0);
      }
      case DIES -> {
        ready(journal, name);
        System.err.println("the cause of death");
        System.exit(7);
      }
      case HANGS -> awaitEndOfInput();
      case DEAF -> {
        Runtime.getRuntime().addShutdownHook(new Thread(FakePart::waitForEver));
        ready(journal, name);
        waitForEver();
      }
    }
  }

  /** The launcher's view of such a part. */
  static PartSpec spec(String name, Behaviour behaviour, Path journal, Set<String> needs) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfake.name=" + name,
                "-Dfake.behaviour=" + behaviour));
    command.add(FakePart.class.getName());
    command.add(journal.toString());
    Map<String, String> environment = Map.of("CLASSPATH", classPath());
    Path scratch = journal.resolveSibling("tmp").resolve(name);
    return new PartSpec(name, command, environment, needs, scratch, 16, 0);
  }

  private static String classPath() {
    return Path.of(FakePart.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }

  private static void ready(Path journal, String name) throws IOException {
    write(journal, name + " ready");
    System.out.println("READY {\"url\":\"http://127.0.0.1:4711\"}");
  }

  private static void write(Path journal, String line) throws IOException {
    Files.writeString(journal, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // Only the end counts.
    }
  }

  private static void waitForEver() {
    try {
      Thread.sleep(Duration.ofDays(1).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
