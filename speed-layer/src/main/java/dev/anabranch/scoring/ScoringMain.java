package dev.anabranch.scoring;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.process.PartLifecycle;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scoring stream as a process. */
public final class ScoringMain {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringMain.class);
  private static final Duration TICK = Duration.ofMillis(250);

  private ScoringMain() {}

  /**
   * Runs until it is told to stop.
   *
   * @param arguments the path of the settings file
   */
  public static void main(String[] arguments) {
    PartLifecycle lifecycle = PartLifecycle.start();
    try {
      Settings settings =
          Settings.load(Optional.of(Path.of(arguments[0])), System.getenv(), ConfigFactory.empty());
      Scoring scoring = Scoring.start(settings, Clock.systemUTC());
      lifecycle.ready("{}");
      while (!lifecycle.awaitStop(TICK)) {
        scoring.tick();
      }
      scoring.closeAll();
      lifecycle.exit(0);
    } catch (Exception | Error e) {
      LOG.error("Scoring cannot go on: {}", e.getMessage(), e);
      lifecycle.exit(1);
    }
  }
}
