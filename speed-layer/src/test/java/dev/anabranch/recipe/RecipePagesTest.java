package dev.anabranch.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.postgresql.Database;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.scoring.TestModels;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the pages in docs/recipes, run as they stand there by a shell, each in a process
 * of its own; Kafka and PostgreSQL are real.
 */
class RecipePagesTest {
  private static final Path PAGES = Path.of("../docs/recipes");
  private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final int EVENTS = 500;
  private static final Instant START = Instant.parse("2026-03-02T09:00:00Z");

  @TempDir private static Path folder;
  private static TestKafka kafka;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void theProducersPageFillsTheTopic() throws Exception {
    kafka = TestKafka.start(folder.resolve("kafka"));
    kafka.create("events", 2);
    postgres = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60)).start();
    putProfiles();
    Files.writeString(folder.resolve("anabranch"), script()).toFile().setExecutable(true);
    assertThat(run("producer")).singleElement().asString().contains("events sent to events");
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
    kafka.close();
  }

  @Test
  void everyRecipeHasAPage() {
    assertThat(RecipeMain.commandLine().getSubcommands().keySet())
        .allSatisfy(
            name -> {
              assertThat(PAGES.resolve(name + ".md")).exists();
              assertThat(Files.readString(PAGES.resolve("README.md"))).contains(name + ".md");
            });
  }

  @Test
  void wordCount() throws Exception {
    String output = run("word-count").get(0);
    assertThat(output).contains("|  the|    3|\n|river|    2|\n|again|    1|");
    assertThat(output).contains(examples("word-count").get(0));
  }

  @Test
  void aggregations() throws Exception {
    List<String> outputs = run("aggregations");
    assertThat(outputs.get(0)).contains("web_visit", "Batch: 0", "|window");
    assertThat(outputs.get(0)).contains("lead_id", "|revenue");
    assertThat(outputs.get(1)).contains(examples("aggregations").get(0).strip());
  }

  @Test
  void kafkaToKafka() throws Exception {
    run("kafka-to-kafka");
    TopicContents purchases = TopicContents.of(kafka, "events.purchases");
    TopicContents others = TopicContents.of(kafka, "events.others");
    assertThat(purchases.values()).allMatch(value -> value.contains("\"purchase\""));
    assertThat(others.values()).noneMatch(value -> value.contains("\"purchase\""));
    assertThat(purchases.values().size() + others.values().size())
        .isEqualTo(TopicContents.of(kafka, "events").values().size());
    assertThat(purchases.keys()).allMatch(key -> key.startsWith("lead-"));
  }

  @Test
  void fileMonitor() throws Exception {
    String output = run("file-monitor").get(0);
    examples("file-monitor").get(0).lines().forEach(line -> assertThat(output).contains(line));
    assertThat(files("archive")).singleElement().asString().endsWith("monday.csv");
    assertThat(files("in")).singleElement().asString().endsWith("tuesday.csv");
    String damaged =
        files("out/damaged").stream()
            .filter(file -> file.toString().endsWith(".json"))
            .map(RecipePagesTest::text)
            .collect(Collectors.joining());
    assertThat(damaged).contains("m-3,lead-2,purchase,a lot").contains("monday.csv");
  }

  @Test
  void sinks() throws Exception {
    List<String> outputs = run("sinks");
    examples("sinks").get(0).lines().forEach(line -> assertThat(outputs.get(0)).contains(line));
    int sent = TopicContents.of(kafka, "events").values().size();
    assertThat(sent).isGreaterThan(EVENTS / 2);
    assertThat(outputs.get(0)).contains("delta: " + sent + " records read in this life");
    assertThat(TopicContents.of(kafka, "events.copy").values()).hasSize(sent);
    try (var connection = postgres.getPostgresDatabase().getConnection();
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT count(*) FROM recipe_events")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(sent);
    }
    assertThat(outputs.get(2)).contains("lead-");
  }

  @Test
  void monitoring() throws Exception {
    assertThat(run("monitoring").get(0))
        .contains("started: events-by-type", "epoch 0: ", "4 rows of state", "recipe_rows_total");
  }

  @Test
  void scoring() throws Exception {
    kafka.create("visits", 2);
    for (int lead = 0; lead < 60; lead++) {
      send(lead, 0, EventType.WEB_VISIT);
      if (lead >= 30) {
        send(lead, 1, EventType.FORM_SUBMISSION);
      }
      if (lead >= 35) {
        send(lead, 2, EventType.PURCHASE);
      }
    }
    kafka.send("visits", 1, "{bad".getBytes(StandardCharsets.UTF_8)).get();
    // Of 30 leads that filled in the form 25 bought; the other five are those to call.
    String first = run("scoring", "visits", 0).get(0);
    assertThat(first).contains("model: one made of 115 events in the log, of which 50 led to");
    assertThat(first).containsPattern("epoch 0: 60 leads scored, mean .*, 5 hot, \\d+ ms after");
    assertThat(first).contains("hot: {\"lead_id\":\"lead-3");
    List<String> toCall = List.of("lead-30", "lead-31", "lead-32", "lead-33", "lead-34");
    assertThat(hotLeads()).isEqualTo(toCall);
    TopicContents handedOver = TopicContents.of(kafka, "visits.hot");
    assertThat(handedOver.keys()).containsExactlyInAnyOrderElementsOf(toCall);
    assertThat(handedOver.values())
        .allMatch(value -> value.contains("\"last_type\":\"form_submission\""))
        .anyMatch(value -> value.contains("lead-30") && value.contains("\"sector\":\"energy\""))
        .anyMatch(value -> value.contains("lead-31") && value.contains("\"sector\":\"unknown\""));

    // The stream goes on behind its checkpoint, with what it knows of the leads, and a champion.
    URI lake = folder.resolve("lake").toUri();
    try (SparkSession spark =
        SparkSessions.start(new Settings.Spark("local[1]"), "test", Map.of())) {
      assertThat(new TestModels(spark, Storage.local(), new LakeLayout(lake)).promote().version())
          .isEqualTo(1);
    }
    send(1, 3, EventType.FORM_SUBMISSION);
    send(2, 3, EventType.WEB_VISIT);
    String second = run("scoring", "visits", 0).get(0);
    assertThat(second).contains("model: 1, the champion");
    assertThat(second).containsPattern("epoch 1: 2 leads scored, mean .*, 1 hot, \\d+ ms after");
    assertThat(hotLeads()).hasSize(6).contains("lead-1");
    assertThat(TopicContents.of(kafka, "visits.hot").keys()).hasSize(6).contains("lead-1");
  }

  private static void putProfiles() {
    Settings.Postgresql settings =
        new Settings.Postgresql(
            Optional.of(postgres.getJdbcUrl("postgres", "postgres")), "postgres", Optional.empty());
    try (Database database = Database.open(settings)) {
      // Every second lead has one, so that it does not tell who buys.
      new LeadProfiles(database)
          .put(
              IntStream.range(0, 30)
                  .mapToObj(
                      n -> new LeadProfile("lead-" + 2 * n, "1-9", "FR", "energy", START, "lead"))
                  .toList());
    }
  }

  private static void send(int lead, int minute, EventType type) throws Exception {
    Event event =
        new Event(
            "%d-%d".formatted(lead, minute),
            "lead-" + lead,
            type,
            "search",
            Optional.empty(),
            type == EventType.PURCHASE ? 1_000 : 0,
            ChronoUnit.MICROS.between(Instant.EPOCH, START.plus(minute, ChronoUnit.MINUTES)));
    kafka.send("visits", lead % 2, EventJson.write(event)).get();
  }

  private static List<String> hotLeads() throws SQLException {
    List<String> leads = new ArrayList<>();
    try (var connection = postgres.getPostgresDatabase().getConnection();
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery("SELECT lead_id FROM recipe_hot_leads ORDER BY lead_id")) {
      while (rows.next()) {
        leads.add(rows.getString(1));
      }
    }
    return leads;
  }

  @Test
  void scoringSaysThatThereIsNothingToLearnFrom() throws Exception {
    kafka.create("nothing", 1);
    assertThat(run("scoring", "nothing", 3).get(0))
        .contains("no model can be made of 0 events", "./anabranch model train");
  }

  /** The output of each block of commands; only the last of them may fail, where it is to. */
  private static List<String> run(String page) throws Exception {
    return run(page, "events", 0);
  }

  private static List<String> run(String page, String topic, int code) throws Exception {
    List<String> outputs = new ArrayList<>();
    Matcher block = COMMANDS.matcher(Files.readString(PAGES.resolve(page + ".md")));
    while (block.find()) {
      outputs.add(shell(block.group(1), topic, code));
    }
    assertThat(outputs).isNotEmpty();
    return outputs;
  }

  private static String shell(String commands, String topic, int expected) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    shell.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    shell.environment().put("DATABASE", postgres.getJdbcUrl("postgres", "postgres"));
    shell.environment().put("TOPIC", topic);
    int code = shell.start().waitFor();
    String text = text(output);
    assertThat(code)
        .as("exit code of:%n%s%nwith output:%n%s", commands, text)
        .isEqualTo(commands.contains("--of leads --mode append") ? 1 : expected);
    return text;
  }

  /** What ./anabranch does with a recipe, on the class path of this test. */
  private static String script() {
    String flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens"))
            .collect(Collectors.joining(" "));
    return """
        #!/bin/sh
        shift
        exec %s -Xmx768m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.timezone=UTC %s -Danabranch.kafka=%s -Danabranch.topic="$TOPIC" -Danabranch.lake=%s "-Danabranch.jdbc=%s" dev.anabranch.recipe.RecipeMain "$@"
        """
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            flags,
            kafka.bootstrapServers(),
            folder.resolve("lake").toUri(),
            postgres.getJdbcUrl("postgres", "postgres"));
  }

  private static List<String> examples(String page) throws IOException {
    Matcher block =
        Pattern.compile("```text\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGES.resolve(page + ".md")));
    return block.results().map(result -> result.group(1)).toList();
  }

  private static List<Path> files(String below) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(below))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
