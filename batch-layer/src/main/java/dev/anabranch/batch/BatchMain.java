package dev.anabranch.batch;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.batch.mlflow.MlflowMirror;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.process.PartLifecycle;
import dev.anabranch.lakehouse.spark.SparkSessions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The batch service as a process: {@code BatchMain SETTINGS_FILE}. */
public final class BatchMain {
  private static final Logger LOG = LoggerFactory.getLogger(BatchMain.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration POLL_AFTER_FAILURE = Duration.ofSeconds(2);

  private BatchMain() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("Usage: BatchMain SETTINGS_FILE");
      System.exit(2);
    }
    PartLifecycle lifecycle = PartLifecycle.start();
    lifecycle.exit(run(lifecycle, Path.of(args[0])));
  }

  private static int run(PartLifecycle lifecycle, Path settingsFile) {
    try {
      Settings settings =
          Settings.load(Optional.of(settingsFile), System.getenv(), ConfigFactory.empty());
      Clock clock = Clock.systemUTC();
      Storage storage = Storage.of(settings.lake());
      storage.requireSafeCommits(settings.lake().uri());
      try (SparkSession spark = SparkSessions.start(settings, "batch", BatchSpark.SETTINGS)) {
        BatchService service =
            new BatchService(spark, storage, settings, clock, lifecycle::stopping, step -> {});
        MaintenanceService maintenance =
            new MaintenanceService(
                spark,
                storage,
                settings,
                clock,
                lifecycle::stopping,
                service::rollBack,
                step -> {});
        TrainingService training =
            new TrainingService(spark, storage, settings, clock, lifecycle::stopping, step -> {});
        MlflowMirror.start(settings, storage, clock);
        BooleanSupplier unwanted = () -> lifecycle.stopping() || service.isRunWaiting();
        BaselineService baselines =
            new BaselineService(spark, storage, settings, clock, unwanted, step -> {});
        lifecycle.ready("{}");
        Runnable others =
            () -> {
              training.poll();
              maintenance.poll();
              baselines.poll();
            };
        serve(lifecycle, service, others, () -> WarmUp.of(spark, settings, clock, unwanted));
      }
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (PlatformException e) {
      LOG.error("The batch service cannot go on: {}", e.getMessage());
    } catch (Exception | Error e) {
      LOG.error("The batch service cannot go on", e);
    }
    return 1;
  }

  /**
   * @param others work for when no batch run is asked for; one that comes meanwhile waits
   * @param warmUp what makes the first run quick; begins once the streams have, whose start it
   *     would hold up
   */
  private static void serve(
      PartLifecycle lifecycle, BatchService service, Runnable others, Runnable warmUp)
      throws InterruptedException {
    Duration pause = POLL;
    boolean warm = false;
    while (!lifecycle.awaitStop(pause)) {
      try {
        boolean ran = service.poll();
        warm |= ran;
        if (!ran) {
          others.run();
        }
        if (!warm && service.hasEpochs()) {
          warm = true;
          warmUp.run();
        }
        pause = POLL;
      } catch (RuntimeException e) {
        // The ledger cannot be read or written: a run stays running in it until it can.
        LOG.error("A ledger of runs does not answer: {}", e.getMessage(), e);
        pause = POLL_AFTER_FAILURE;
      }
    }
  }
}
