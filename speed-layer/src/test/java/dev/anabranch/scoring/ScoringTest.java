package dev.anabranch.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventJson;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelVersion;
import dev.anabranch.lakehouse.lake.PromotionRule;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lake.StatusDocument;
import dev.anabranch.lakehouse.lead.HistoryCodec;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import dev.anabranch.lakehouse.postgresql.Database;
import dev.anabranch.lakehouse.postgresql.LeadProfiles;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.speed.StreamSessions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scoring of leads with a real log, real tables, a real model and a real PostgreSQL. */
class ScoringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Instant START = Instant.parse("2026-03-02T09:00:00Z");

  @TempDir private static Path shared;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static int tests;

  @TempDir Path folder;
  private String topic;
  private Settings settings;
  private Storage storage;
  private LakeLayout lake;
  private TestModels models;
  private Optional<EmbeddedPostgres> postgres = Optional.empty();
  private int postgresPort;
  private Optional<Scoring> running = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(shared.resolve("kafka"));
    spark = StreamSessions.start(new Settings.Spark("local[2]"), "test");
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @BeforeEach
  void makeLake() throws Exception {
    topic = "events-" + tests++;
    kafka.create(topic, 3);
    settings = settings(Map.of());
    storage = Storage.of(settings.lake());
    lake = new LakeLayout(settings.lake().uri());
    models = new TestModels(spark, storage, lake);
  }

  private Settings settings(Map<String, Object> more) {
    Map<String, Object> flags = new HashMap<>(more);
    flags.put("lake.uri", folder.resolve("lake").toUri().toString());
    flags.put("kafka.bootstrap_servers", kafka.bootstrapServers());
    flags.put("kafka.topic", topic);
    flags.put("scoring.hot_topic", "hot-" + topic);
    flags.put("scoring.profiles_every", "100ms");
    return Settings.load(Optional.empty(), Map.of(), ConfigFactory.parseMap(flags));
  }

  @AfterEach
  void end() throws Exception {
    stopScoring();
    if (postgres.isPresent()) {
      postgres.get().close();
    }
  }

  private void stopScoring() throws Exception {
    if (running.isPresent()) {
      running.get().close();
      running = Optional.empty();
    }
  }

  private void startScoring() throws Exception {
    running = Optional.of(Scoring.start(settings, Clock.systemUTC(), spark));
  }

  /** Ticks until it holds. */
  private void awaitThat(String what, Callable<Boolean> holds) {
    await(what)
        .atMost(PATIENCE)
        .until(
            () -> {
              if (running.isPresent()) {
                running.get().tick();
              }
              return holds.call();
            });
  }

  @Test
  void eventsWaitForAModelAndAreScoredWhenItComes() throws Exception {
    startScoring();
    send(visit("a", 1), visit("b", 2), form("b", 3));
    awaitThat("status", () -> status().path("state").asText().equals("waiting_for_model"));
    assertThat(scores()).isEmpty();
    ModelVersion first = models.promote();
    awaitThat("scores", () -> newest().size() == 2);
    assertThat(newest().values()).extracting(LeadScore::modelVersion).containsOnly(first.version());
    assertThat(newest().get("a").hot()).isFalse();
    assertThat(newest().get("b").hot()).isTrue();
    awaitThat("status", () -> status().path("state").asText().equals("running"));
    assertThat(status().path("model").path("version").asLong()).isEqualTo(1);
  }

  @Test
  void aNewChampionIsTakenUpWithoutARestartAndADamagedOneIsRefused() throws Exception {
    models.promote();
    startScoring();
    send(visit("a", 1));
    awaitThat("model 1", () -> newest().containsKey("a"));
    models.promote();
    awaitThat("model 2", () -> status().path("model").path("version").asLong() == 2);
    send(visit("a", 2));
    awaitThat("scores of model 2", () -> newest().get("a").modelVersion() == 2);
    models.promoteMissing();
    awaitThat("refusal", () -> status().path("refused_models").size() == 1);
    assertThat(status().path("refused_models").get(0).path("version").asLong()).isEqualTo(3);
    assertThat(status().path("refused_models").get(0).path("reason").asText())
        .contains("cannot be read from models/files/missing");
    send(visit("a", 3));
    awaitThat("scores after the refusal", () -> newest().get("a").events() == 3);
    assertThat(newest().get("a").modelVersion()).isEqualTo(2);
    models.registry().rollBack("test", "");
    awaitThat("rolled back", () -> status().path("refused_models").isEmpty());
    // A new process finds a damaged champion: the one before it scores.
    stopScoring();
    models.registry().promote(3, "test", "", new PromotionRule(0, 0));
    startScoring();
    send(visit("a", 4));
    awaitThat("scores of who reigned before", () -> newest().get("a").events() == 4);
    assertThat(newest().get("a").modelVersion()).isEqualTo(2);
  }

  @Test
  void scoresAreThoseOfTheBatchLayerWhateverTheOrderAndTheCopies() throws Exception {
    models.promote();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      EventType type = List.of(EventType.values()).get(random.nextInt(EventType.values().length));
      events.add(event("lead " + random.nextInt(20), i, type, "/" + random.nextInt(30)));
    }
    Collections.shuffle(events, random);
    startScoring();
    send(events.subList(0, 150).toArray(Event[]::new));
    awaitThat("first half", () -> running.get().stream().last().acceptedTotal() > 0);
    send(events.subList(100, 300).toArray(Event[]::new));
    kafka.send(topic, 0, "{bad".getBytes(StandardCharsets.UTF_8)).get();
    awaitThat("all", () -> read() == 351);
    assertThat(running.get().stream().last().acceptedTotal()).as("seed %d", seed).isEqualTo(300);
    assertThat(running.get().stream().last().duplicatesTotal()).as("seed %d", seed).isEqualTo(50);
    assertThat(running.get().stream().last().quarantinedTotal()).isEqualTo(1);
    Map<String, LeadScore> live = newest();
    Map<String, Double> exact = exact(events);
    assertThat(live.keySet()).isEqualTo(exact.keySet());
    live.forEach(
        (lead, score) ->
            assertThat(score.probability())
                .as("seed %d, %s", seed, lead)
                .isCloseTo(exact.get(lead), within(1e-12)));
  }

  @Test
  void whatACrashLeavesIsDoneAgainOnceAndWhatIsLostIsReadAgain() throws Exception {
    models.promote();
    startScoring();
    send(visit("a", 1), form("a", 2), visit("b", 3));
    awaitThat("first", () -> newest().size() == 2);
    awaitThat("handed over", () -> handedOver().size() == 1);
    stopScoring();
    // Spark did not get to note that its last micro-batch is done.
    Path commits = folder.resolve("lake/checkpoints/scoring/commits");
    Path last;
    try (var files = Files.list(commits)) {
      last =
          files
              .filter(file -> file.getFileName().toString().matches("\\d+"))
              .max(Comparator.comparing(file -> Long.valueOf(file.getFileName().toString())))
              .orElseThrow();
    }
    Files.delete(last);
    send(visit("a", 4));
    startScoring();
    awaitThat("done again", () -> newest().get("a").events() == 3);
    assertThat(running.get().stream().last().acceptedTotal()).isEqualTo(4);
    stopScoring();
    deleteFolder(folder.resolve("lake/checkpoints/scoring"));
    send(form("b", 5));
    startScoring();
    awaitThat("read again", () -> newest().get("b").events() == 2);
    assertThat(newest().get("a").events()).isEqualTo(3);
    awaitThat("the new one", () -> handedOver().size() == 2);
    assertThat(handedOver()).containsExactly("a", "b");
  }

  @Test
  void hotLeadsReachEveryTargetOnceThoughPostgresqlIsAwayForAWhile() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      postgresPort = free.getLocalPort();
    }
    startPostgres();
    settings =
        settings(
            Map.of(
                "postgresql.url",
                "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgresPort),
                "postgresql.user",
                "postgres"));
    LeadProfile profile =
        new LeadProfile("a", "11-50", "SE", "software", START.minusSeconds(60), "lead");
    try (Database database = Database.open(settings.postgresql())) {
      new LeadProfiles(database).put(List.of(profile));
    }
    models.promote();
    startScoring();
    send(form("a", 1), form("b", 2), visit("c", 3));
    awaitThat("in PostgreSQL", () -> inPostgres().equals(Set.of("a", "b")));
    awaitThat("in Kafka", () -> handedOver().size() == 2);
    assertThat(newest().get("a").profile()).contains(profile);
    assertThat(newest().get("b").profile()).isEmpty();
    postgres.get().close();
    postgres = Optional.empty();
    send(form("d", 4), form("a", 5));
    awaitThat("in Kafka meanwhile", () -> handedOver().size() == 3);
    awaitThat("the API says so", () -> target("postgresql").path("waiting_leads").asLong() == 1);
    awaitThat(
        "and why", () -> target("postgresql").path("failure").asText().contains("PostgreSQL"));
    assertThat(newest().get("a").profile()).as("the last snapshot").contains(profile);
    startPostgres();
    awaitThat("made up for", () -> inPostgres().equals(Set.of("a", "b", "d")));
    send(form("e", 6));
    awaitThat("goes on", () -> inPostgres().size() == 4 && handedOver().size() == 4);
    assertThat(handedOver()).containsExactly("a", "b", "d", "e");
    assertThat(number("SELECT sum(hand_overs) FROM hot_leads")).isEqualTo(4);
    assertThat(number("SELECT sum(leads) FROM hot_leads_epochs")).isEqualTo(4);
  }

  @Test
  void theStateOfALeadWithVeryManyEventsIsBounded() {
    LeadHistory history = LeadHistory.remembering(LeadStates.REMEMBERED_IDS);
    for (int i = 0; i < 1_000_000; i++) {
      history.add(event("bot", i, EventType.WEB_VISIT, "/" + i));
    }
    assertThat(history.size()).isEqualTo(1_000_000);
    assertThat(HistoryCodec.write(history).length).isLessThan(400_000);
  }

  private void startPostgres() throws Exception {
    postgres =
        Optional.of(
            EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofSeconds(60))
                .setPort(postgresPort)
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .start());
  }

  private Set<String> inPostgres() throws Exception {
    try (Connection connection = postgres.get().getPostgresDatabase().getConnection();
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT lead_id FROM hot_leads")) {
      Set<String> leads = new TreeSet<>();
      while (rows.next()) {
        leads.add(rows.getString(1));
      }
      return leads;
    }
  }

  private long number(String query) throws Exception {
    try (Connection connection = postgres.get().getPostgresDatabase().getConnection();
        ResultSet rows = connection.createStatement().executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** The leads in the topic, sorted, each as often as a reader of committed records sees it. */
  private List<String> handedOver() {
    TopicPartition partition = new TopicPartition("hot-" + topic, 0);
    List<String> leads = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          leads.add(record.key());
        }
      }
    }
    Collections.sort(leads);
    return leads;
  }

  private JsonNode target(String name) {
    for (JsonNode target : status().path("targets")) {
      if (target.path("name").asText().equals(name)) {
        return target;
      }
    }
    return new ObjectMapper().createObjectNode();
  }

  private JsonNode status() {
    return StatusDocument.read(storage, lake.status("scoring"))
        .orElseGet(() -> new ObjectMapper().createObjectNode());
  }

  private long read() {
    return running.get().stream().last().until().byPartition().values().stream()
        .mapToLong(offset -> offset)
        .sum();
  }

  private List<LeadScore> scores() {
    TableTail tail = new TableTail(storage, lake.speedScores());
    tail.poll();
    return tail.files().stream().flatMap(file -> ScoreFiles.read(storage, file).stream()).toList();
  }

  private Map<String, LeadScore> newest() {
    return scores().stream()
        .collect(
            Collectors.toMap(
                LeadScore::leadId,
                score -> score,
                (left, right) -> right.isNewerThan(left) ? right : left));
  }

  private Map<String, Double> exact(List<Event> events) {
    Map<String, LeadHistory> histories = new HashMap<>();
    for (Event event : events) {
      histories.computeIfAbsent(event.leadId(), l -> LeadHistory.ofDistinct()).add(event);
    }
    List<Row> rows = new ArrayList<>();
    histories.forEach(
        (lead, history) -> rows.add(ModelInput.row(history.features(lead), Optional.empty())));
    Map<String, Double> result = new HashMap<>();
    ModelFiles.score(models.pipeline(), spark.createDataFrame(rows, ModelInput.SCHEMA))
        .select("lead_id", ModelFiles.PROBABILITY)
        .collectAsList()
        .forEach(row -> result.put(row.getString(0), row.getDouble(1)));
    return result;
  }

  private void send(Event... events) throws Exception {
    for (Event event : events) {
      int partition = Math.floorMod(event.leadId().hashCode(), 3);
      kafka.send(topic, partition, EventJson.write(event)).get();
    }
  }

  private static Event visit(String lead, int number) {
    return event(lead, number, EventType.WEB_VISIT, "/");
  }

  private static Event form(String lead, int number) {
    return event(lead, number, EventType.FORM_SUBMISSION, "/form");
  }

  private static Event event(String lead, int number, EventType type, String page) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, START) + number * 60_000_000L;
    long cents = type == EventType.PURCHASE ? 1_000 : 0;
    return new Event(lead + "-" + number, lead, type, "ads", Optional.of(page), cents, micros);
  }

  private static void deleteFolder(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
