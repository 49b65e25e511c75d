package dev.anabranch.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.cli.failure.CommandFailure;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Asks again and again. A server that is away for a while is waited for, since the launcher starts
 * it again.
 *
 * @param pause between two questions
 * @param mayBeAway so long in a row without an answer, and the failure is passed on
 */
public record Patience(Duration pause, Duration mayBeAway) {

  /** Four questions a second; a serving process that died is up again within a minute. */
  public static final Patience DEFAULT =
      new Patience(Duration.ofMillis(250), Duration.ofSeconds(60));

  /**
   * Reads a resource until it is as wanted.
   *
   * @param progress sees every answer that is not
   */
  public JsonNode until(
      Api api, String path, Predicate<JsonNode> wanted, Consumer<JsonNode> progress)
      throws InterruptedException {
    long answered = System.nanoTime();
    while (true) {
      try {
        JsonNode body = api.get(path);
        if (wanted.test(body)) {
          return body;
        }
        progress.accept(body);
        answered = System.nanoTime();
      } catch (CommandFailure e) {
        boolean away = e.exitCode() == CommandFailure.NOT_RUNNING;
        if (!away || System.nanoTime() - answered > mayBeAway.toNanos()) {
          throw e;
        }
      }
      Thread.sleep(pause.toMillis());
    }
  }
}
