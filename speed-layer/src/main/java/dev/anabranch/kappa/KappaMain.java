package dev.anabranch.kappa;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.process.PartLifecycle;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Kappa stream as a process. */
public final class KappaMain {
  private static final Logger LOG = LoggerFactory.getLogger(KappaMain.class);
  private static final Duration TICK = Duration.ofMillis(250);

  private KappaMain() {}

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
      try (Generations generations = Generations.start(settings, Clock.systemUTC())) {
        lifecycle.ready("{}");
        while (!lifecycle.awaitStop(TICK)) {
          generations.tick();
        }
      }
      lifecycle.exit(0);
    } catch (Exception | Error e) {
      LOG.error("The Kappa stream cannot go on: {}", e.getMessage(), e);
      lifecycle.exit(1);
    }
  }
}
