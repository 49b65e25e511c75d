package dev.anabranch.batch.mlflow;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry of models and brings MLflow up to it, on a thread of its own: nobody waits
 * for MLflow, and what it has missed it gets when it answers again. It is MLflow that says what it
 * has, so nothing is kept here, and what was taken out there comes back.
 */
public final class MlflowMirror implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowMirror.class);

  private final URI url;
  private final Pace pace;
  private final LakeLayout lake;
  private final ModelRegistry registry;
  private final Thread thread = new Thread(this::follow, "mlflow");
  private boolean failing;

  /**
   * How often it looks.
   *
   * @param look at the registry
   * @param afterFailure until the next try
   * @param ask MLflow what it has
   * @param limit of one question to it
   */
  record Pace(Duration look, Duration afterFailure, Duration ask, Duration limit) {
    static final Pace USUAL =
        new Pace(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));
  }

  private MlflowMirror(URI url, Pace pace, LakeLayout lake, ModelRegistry registry) {
    this.url = url;
    this.pace = pace;
    this.lake = lake;
    this.registry = registry;
    thread.setDaemon(true);
  }

  /** Begins, where an MLflow is named. */
  public static Optional<MlflowMirror> start(Settings settings, Storage storage, Clock clock) {
    return settings
        .mlflow()
        .url()
        .map(url -> start(url, Pace.USUAL, storage, new LakeLayout(settings.lake().uri()), clock));
  }

  static MlflowMirror start(URI url, Pace pace, Storage storage, LakeLayout lake, Clock clock) {
    MlflowMirror mirror =
        new MlflowMirror(url, pace, lake, ModelRegistry.open(storage, lake, clock));
    mirror.thread.start();
    return mirror;
  }

  private void follow() {
    try {
      while (true) {
        try {
          followFor(pace.ask());
        } catch (RuntimeException e) {
          if (!failing) {
            LOG.warn("MLflow gets what it lacks later: {}", e.getMessage());
          }
          failing = true;
          Thread.sleep(pace.afterFailure().toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void followFor(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    try (MlflowServer server = new MlflowServer(url, pace.limit())) {
      Map<String, String> versions = server.versions();
      Optional<String> champion = Optional.empty();
      while (System.nanoTime() < end) {
        registry.refresh();
        addMissing(server, versions);
        champion = follow(server, versions, champion);
        failing = false;
        Thread.sleep(pace.look().toMillis());
      }
    }
  }

  private void addMissing(MlflowServer server, Map<String, String> versions) {
    List<ModelVersion> models =
        registry.versions().stream()
            .sorted(Comparator.comparingLong(ModelVersion::version))
            .toList();
    for (ModelVersion model : models) {
      String key = MlflowServer.key(model);
      if (!versions.containsKey(key)) {
        String version = server.add(model, lake);
        versions.put(key, version);
        LOG.info("MLflow has model {} as version {}", model.version(), version);
      }
    }
  }

  /**
   * @return the champion that MLflow shows then
   */
  private Optional<String> follow(
      MlflowServer server, Map<String, String> versions, Optional<String> shown) {
    Optional<String> champion =
        registry.champion().map(model -> versions.get(MlflowServer.key(model)));
    if (champion.isPresent() && !champion.equals(shown)) {
      server.champion(champion.get());
    }
    return champion;
  }

  /**
   * Ends the thread, and waits for that as long as one question to MLflow may take; what it is in
   * the middle of is done at the next start.
   */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(pace.limit().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
