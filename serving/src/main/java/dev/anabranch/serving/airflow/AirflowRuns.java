package dev.anabranch.serving.airflow;

import dev.anabranch.airflow.AirflowClient;
import dev.anabranch.airflow.AirflowException;
import dev.anabranch.airflow.AirflowSettings;
import dev.anabranch.airflow.Credentials;
import dev.anabranch.airflow.model.DagRun;
import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has Airflow's DAG begin batch runs. The DAG's run has the id of the batch run; its task asks the
 * platform for the run, follows it, and asks again where it fails. Safe for use by several threads.
 */
public final class AirflowRuns {
  private static final Logger LOG = LoggerFactory.getLogger(AirflowRuns.class);

  /** A scheduler's loop, a task's start and the platform's answer to it take some seconds. */
  private static final Duration LONGEST_BEGIN = Duration.ofSeconds(45);

  private static final long LOOK_AGAIN_MILLIS = 100;

  /** Whoever asks for a run of ours gets its answer without Airflow's too. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

  private final Settings.Airflow settings;
  private final AirflowClient asking;
  private final AirflowClient looking;

  /**
   * What Airflow says of a run.
   *
   * @param state of the DAG's run, in Airflow's words
   * @param tryNumber of its task, 0 before the first
   */
  public record Seen(String dagId, String state, int tryNumber) {}

  private AirflowRuns(Settings.Airflow settings, Credentials credentials) {
    AirflowSettings patient = AirflowSettings.of(settings.url().orElseThrow(), credentials);
    this.settings = settings;
    this.asking = new AirflowClient(patient);
    this.looking =
        new AirflowClient(
            new AirflowSettings(
                patient.url(), credentials, LONGEST_LOOK, LONGEST_LOOK, 1, patient.pause()));
  }

  /**
   * That of the settings, where they name one.
   *
   * @throws PlatformException its password cannot be read
   */
  public static Optional<AirflowRuns> of(Settings.Airflow settings) {
    return settings
        .url()
        .map(
            url ->
                new AirflowRuns(
                    settings,
                    new Credentials(
                        settings.user(), password(settings.passwordFile().orElseThrow()))));
  }

  private static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw PlatformException.user(
          "Setting airflow.password_file is %s, which cannot be read: %s.".formatted(file, e));
    }
  }

  /**
   * Has a run begun, or begun again, and returns once the ledger has it. Where another run turns
   * out to go on, the one that was asked for is taken back: it does not begin behind that one.
   *
   * @param before the run as it ended before, where it did
   * @throws PlatformException Airflow does not do it, or not soon enough
   */
  public Claim<BatchRun> begin(Ledger<BatchRun> ledger, String runId, Optional<BatchRun> before) {
    RunKey key = new RunKey(settings.dag(), runId);
    try {
      trigger(key);
      long deadline = System.nanoTime() + LONGEST_BEGIN.toNanos();
      while (System.nanoTime() < deadline) {
        ledger.refresh();
        Optional<BatchRun> begun =
            ledger
                .find(runId)
                .filter(run -> run.attempt() > before.map(BatchRun::attempt).orElse(0L));
        if (begun.isPresent()) {
          return new Claim.Started<>(begun.get());
        }
        Optional<BatchRun> other = ledger.running();
        if (other.isPresent()) {
          asking.markFailed(key);
          return new Claim.Busy<>(other.get());
        }
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
      throw PlatformException.external(
          "Airflow has run %s of the DAG %s as %s, but its task has not begun the batch run within %d s: other runs may go on before it, or its scheduler is away. It begins when Airflow lets it; look at %s."
              .formatted(
                  runId,
                  settings.dag(),
                  asking.run(key).state().text(),
                  LONGEST_BEGIN.toSeconds(),
                  settings.url().orElseThrow()),
          null);
    } catch (AirflowException e) {
      throw PlatformException.external(
          "Airflow at %s does not begin batch run %s: %s. See whether it runs; a POST with direct=true does without it."
              .formatted(settings.url().orElseThrow(), runId, reason(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.external("The API stops.", e);
    }
  }

  private static String reason(AirflowException failure) {
    return switch (failure.category()) {
      case UNREACHABLE, TIMEOUT -> "it does not answer";
      default -> failure.getMessage();
    };
  }

  /** A new run of the DAG; one that had ended is cleared, so that the same one goes on. */
  private void trigger(RunKey key) throws InterruptedException {
    Trigger.Outcome outcome = asking.trigger(Trigger.of(key.dagId(), key.runId()));
    if (!outcome.isNew() && outcome.run().state().hasEnded()) {
      List<String> tasks = asking.tasks(key).stream().map(TaskInstance::taskId).toList();
      asking.clear(key, tasks);
    }
  }

  /** What Airflow says of a run; empty where it knows none, or cannot be asked. */
  public Optional<Seen> look(String runId) {
    RunKey key = new RunKey(settings.dag(), runId);
    try {
      DagRun run = looking.run(key);
      int tries = looking.tasks(key).stream().mapToInt(TaskInstance::tryNumber).max().orElse(0);
      return Optional.of(new Seen(run.dagId(), run.state().text(), tries));
    } catch (AirflowException e) {
      if (e.category() != AirflowException.Category.NOT_FOUND) {
        LOG.debug("Airflow says nothing of run {}: {}", runId, e.getMessage());
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
