package dev.anabranch.cli.platform;

import dev.anabranch.cli.platform.Programs.Jvm;
import dev.anabranch.lakehouse.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The parts of the embedded platform: what runs, in which order, and what each needs. */
public final class EmbeddedParts {

  static final String KAFKA = "kafka";
  static final String SPEED = "speed";
  static final String KAPPA = "kappa";
  static final String BATCH = "batch";
  static final String SERVING = "serving";
  static final String POSTGRESQL = "postgresql";
  static final String SCORING = "scoring";

  private static final List<String> ALWAYS = List.of(KAFKA, SPEED, KAPPA, BATCH, SERVING);
  private static final List<String> WITH_SCORING =
      List.of(KAFKA, POSTGRESQL, SPEED, KAPPA, BATCH, SCORING, SERVING);

  /**
   * Java's default collector works beside the program, on cores that are short here. Serving keeps
   * it: its heap grows with the lake, and a collection of all of it would hold up answers.
   */
  private static final String COLLECTOR = "-XX:+UseSerialGC";

  /**
   * The options that Spark needs on Java 17 are those of
   * org.apache.spark.launcher.JavaModuleOptions.
   */
  private static final List<String> SPARK =
      List.of(
          COLLECTOR,
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.cs=ALL-UNNAMED",
          "--add-opens=java.base/sun.security.action=ALL-UNNAMED",
          "--add-opens=java.base/sun.util.calendar=ALL-UNNAMED",
          "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
          "-Djdk.reflect.useDirectMethodHandle=false");

  // Where cores are short, answers go before streams, and streams before batch runs.
  private static final int STREAM = 10;
  private static final int BACKGROUND = 15;

  /**
   * No half-dead process where memory runs out. The batch service handles that itself: a run that
   * is too big fails, where a new process would only begin it again.
   */
  private static final String ENDS_WITHOUT_MEMORY = "-XX:+ExitOnOutOfMemoryError";

  /** The server itself is no Java; its programs come in an archive with a large dictionary. */
  private static final int UNPACKING_MEBIBYTES = 192;

  private final Programs programs;
  private final PlatformFolder folder;
  private final Settings settings;

  /**
   * The names of all parts, in the order of start.
   *
   * @param scoring with those that score leads
   */
  public static List<String> names(boolean scoring) {
    return scoring ? WITH_SCORING : ALWAYS;
  }

  private EmbeddedParts(Programs programs, PlatformFolder folder, Settings settings) {
    this.programs = programs;
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * The parts in the order of start. Those that need only Kafka start side by side, which on two
   * cores brings the platform up in half the time.
   *
   * @param names those that run
   */
  static List<PartSpec> of(
      Programs programs, PlatformFolder folder, Settings settings, List<String> names) {
    EmbeddedParts parts = new EmbeddedParts(programs, folder, settings);
    return names.stream().map(parts::part).toList();
  }

  /** Not a part: a measurement of the speed layer's program, which ends by itself. */
  static PartSpec throughput(Programs programs, PlatformFolder folder, Settings settings) {
    return new EmbeddedParts(programs, folder, settings)
        .stream("throughput", "dev.anabranch.speed.bench.ThroughputMain", 1024);
  }

  /** Nor a part: the same of the scoring stream. */
  static PartSpec scoringThroughput(Programs programs, PlatformFolder folder, Settings settings) {
    return new EmbeddedParts(programs, folder, settings)
        .stream("scoring-throughput", "dev.anabranch.scoring.ScoringThroughputMain", 1024);
  }

  /**
   * Not a part either: a recipe, which has the terminal until it ends.
   *
   * @param properties of the system, by which it learns of a platform that runs
   * @param arguments its name and options
   */
  public static ProcessBuilder recipe(Map<String, String> properties, List<String> arguments) {
    List<String> flags = new ArrayList<>(SPARK);
    properties.forEach((name, value) -> flags.add("-D%s=%s".formatted(name, value)));
    return Programs.ofThisProcess()
        .inForeground(
            "speed-layer", "dev.anabranch.recipe.RecipeMain", new Jvm(768, 0, flags), arguments);
  }

  /**
   * Nor is this: models trained and measured on a file of events. What it finds is on its output.
   *
   * @param arguments the file and the horizon
   */
  public static ProcessBuilder evaluation(List<String> arguments) {
    return Programs.ofThisProcess()
        .inForeground(
            "batch-layer",
            "dev.anabranch.batch.training.EvaluateMain",
            new Jvm(1536, 0, SPARK),
            arguments)
        .redirectOutput(ProcessBuilder.Redirect.PIPE);
  }

  private PartSpec part(String name) {
    return switch (name) {
      case KAFKA ->
          server(name, "broker", "dev.anabranch.broker.BrokerMain", 320, folder.kafkaFile());
      case POSTGRESQL ->
          server(
              name,
              "postgres",
              "dev.anabranch.postgres.PostgresMain",
              UNPACKING_MEBIBYTES,
              folder.postgresqlFile());
      case SPEED -> stream(name, "dev.anabranch.speed.SpeedMain", 768);
      case KAPPA -> stream(name, "dev.anabranch.kappa.KappaMain", 768);
      case BATCH -> batch(name, "dev.anabranch.batch.BatchMain");
      case SCORING -> stream(name, "dev.anabranch.scoring.ScoringMain", 768);
      case SERVING -> api(name, "dev.anabranch.serving.ServingMain", 384);
      default -> throw new IllegalArgumentException("No part " + name);
    };
  }

  /** What others need, with a settings file of its own. */
  private PartSpec server(
      String name, String module, String mainClass, int heapMebibytes, Path file) {
    Jvm jvm = new Jvm(heapMebibytes, 0, List.of(ENDS_WITHOUT_MEMORY, COLLECTOR));
    return programs.part(
        name, "orchestration/" + module, mainClass, jvm, Set.of(), file, folder.scratch(name));
  }

  private PartSpec stream(String name, String mainClass, int heapMebibytes) {
    List<String> flags = Stream.concat(Stream.of(ENDS_WITHOUT_MEMORY), SPARK.stream()).toList();
    return reader(name, "speed-layer", mainClass, new Jvm(heapMebibytes, STREAM, flags));
  }

  private PartSpec batch(String name, String mainClass) {
    Jvm jvm = new Jvm(Math.toIntExact(settings.batch().heapMebibytes()), BACKGROUND, SPARK);
    return reader(name, "batch-layer", mainClass, jvm);
  }

  private PartSpec api(String name, String mainClass, int heapMebibytes) {
    return reader(
        name, "serving", mainClass, new Jvm(heapMebibytes, 0, List.of(ENDS_WITHOUT_MEMORY)));
  }

  private PartSpec reader(String name, String module, String mainClass, Jvm jvm) {
    return programs.part(
        name, module, mainClass, jvm, Set.of(KAFKA), folder.settingsFile(), folder.scratch(name));
  }
}
