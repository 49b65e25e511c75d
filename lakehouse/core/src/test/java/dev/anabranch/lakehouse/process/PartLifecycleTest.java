package dev.anabranch.lakehouse.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parts as real processes, each with a thread that alone would keep the process alive. */
class PartLifecycleTest {
  private static final long LIMIT_SECONDS = 60;

  private Process part;

  @AfterEach
  void end() throws InterruptedException {
    part.destroyForcibly().waitFor();
  }

  @Test
  void anErrorInTheMainThreadEndsThePart() throws Exception {
    start("main-dies");
    assertThat(exitCode()).isEqualTo(1);
    assertThat(errors()).contains("Thread main died", "no memory here");
  }

  @Test
  void anErrorInAnyThreadEndsThePart() throws Exception {
    start("thread-dies");
    assertThat(exitCode()).isEqualTo(1);
    assertThat(errors()).contains("Thread worker died", "no memory here");
  }

  @Test
  void anExceptionInAnotherThreadDoesNot() throws Exception {
    start("thread-fails");
    assertThat(part.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("READY {}");
    part.getOutputStream().close();
    assertThat(exitCode()).isZero();
    assertThat(errors()).contains("Thread worker died", "only an exception");
  }

  /** The thread that saw the end of standard input waits for the exit, and must not be first. */
  @Test
  void theExitCodeIsThatOfThePartHoweverOftenItStops() throws Exception {
    for (int time = 0; time < 20; time++) {
      start("thread-fails");
      assertThat(part.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("READY {}");
      part.getOutputStream().close();
      assertThat(exitCode()).as("time %d", time).isZero();
    }
  }

  private void start(String mode) throws IOException {
    part =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Part.class.getName(),
                mode)
            .start();
  }

  private int exitCode() throws InterruptedException {
    assertThat(part.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    return part.exitValue();
  }

  private String errors() throws IOException {
    return new String(part.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** A part's main class. */
  static final class Part {
    private Part() {}

    public static void main(String[] arguments) throws InterruptedException {
      PartLifecycle lifecycle = PartLifecycle.start();
      new Thread(Part::liveOn, "engine").start();
      switch (arguments[0]) {
        case "main-dies" -> throw new OutOfMemoryError("no memory here");
        case "thread-dies" -> dying(new OutOfMemoryError("no memory here"), null);
        case "thread-fails" -> dying(null, new IllegalStateException("only an exception"));
        default -> throw new IllegalArgumentException(arguments[0]);
      }
      lifecycle.ready("{}");
      lifecycle.awaitStop();
      lifecycle.exit(0);
    }

    private static void dying(Error error, RuntimeException exception) throws InterruptedException {
      Thread worker =
          new Thread(
              () -> {
                if (error != null) {
                  throw error;
                }
                throw exception;
              },
              "worker");
      worker.start();
      worker.join();
    }

    private static void liveOn() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
