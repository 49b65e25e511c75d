package dev.anabranch.serving;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.GenerationLedger;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.lakehouse.process.PartLifecycle;
import dev.anabranch.serving.airflow.AirflowRuns;
import dev.anabranch.serving.http.Access;
import dev.anabranch.serving.http.ApiServer;
import dev.anabranch.serving.http.Health;
import dev.anabranch.serving.http.Metrics;
import dev.anabranch.serving.http.Route;
import dev.anabranch.serving.state.LakeState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the serving layer: {@code ServingMain SETTINGS_FILE}. It prints {@code READY {"url":…}} on
 * standard output when every view answers, and stops on the end of its standard input or on
 * SIGTERM. Exit codes: 0 stopped, 1 failed, 2 wrong usage or settings.
 */
public final class ServingMain {
  private static final Logger LOG = LoggerFactory.getLogger(ServingMain.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private ServingMain() {}

  /** See the class. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("Usage: ServingMain SETTINGS_FILE");
      System.exit(2);
    }
    PartLifecycle lifecycle = PartLifecycle.start();
    lifecycle.exit(run(Path.of(args[0]), lifecycle));
  }

  private static int run(Path file, PartLifecycle lifecycle) {
    try {
      Settings settings = Settings.load(Optional.of(file), System.getenv(), ConfigFactory.empty());
      serve(settings, Access.of(settings), lifecycle);
      return 0;
    } catch (PlatformException e) {
      LOG.error("Serving cannot go on: {}", e.getMessage());
      return e.category() == PlatformException.Category.USER ? 2 : 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (RuntimeException e) {
      LOG.error("Serving cannot go on", e);
      return 1;
    }
  }

  private static void serve(Settings settings, Access access, PartLifecycle lifecycle)
      throws InterruptedException {
    Clock clock = Clock.systemUTC();
    // It asks for runs and generations, in tables that others write too.
    Storage.of(settings.lake()).requireSafeCommits(settings.lake().uri());
    try (Metrics metrics = new Metrics();
        LakeState lake = LakeState.start(settings, clock, metrics)) {
      metrics.follow(lake);
      List<Route> routes =
          Routes.of(
              lake,
              access,
              metrics,
              () -> nextGeneration(settings.lake(), clock),
              new PromotionRule(settings.training().leastAuc(), settings.training().leastLift()),
              AirflowRuns.of(settings.airflow()));
      try (ApiServer server =
          ApiServer.start(
              settings.serving().host(),
              settings.serving().port(),
              ApiServer.Limits.DEFAULT,
              metrics,
              config -> Routes.register(config, routes))) {
        LOG.info("Serving listens at {}", server.url());
        if (awaitReady(new Health(lake), lifecycle)) {
          lifecycle.ready("{\"url\":\"" + server.url() + "\"}");
        }
        lifecycle.awaitStop();
        LOG.info("Serving stops");
      }
    }
  }

  private static boolean awaitReady(Health health, PartLifecycle lifecycle)
      throws InterruptedException {
    List<String> said = List.of();
    while (true) {
      List<String> reasons = health.reasons();
      if (reasons.isEmpty()) {
        return true;
      }
      if (!reasons.equals(said)) {
        LOG.info("Not ready yet: {}", String.join("; ", reasons));
        said = reasons;
      }
      if (lifecycle.awaitStop(LOOK_AGAIN)) {
        return false;
      }
    }
  }

  private static long nextGeneration(Settings.Lake lake, Clock clock) {
    return GenerationLedger.open(Storage.of(lake), new LakeLayout(lake.uri()), clock)
        .request()
        .number();
  }
}
