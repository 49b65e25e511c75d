package dev.anabranch.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.spark.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where hot leads go on, with a real topic. */
class HotLeadRelayTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private static Path folder;
  private static TestKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(folder);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aTopicOfAnotherLakeIsRefusedAndSaysSo() {
    try (KafkaHotLeads target = open("hot-other")) {
      target.deliver(5_000, List.of(lead(5_000, "theirs", 0)));
    }
    HotLog log = new HotLog();
    log.add(List.of(lead(3, "ours", 0)));
    try (HotLeadRelay relay = new HotLeadRelay("kafka", log, () -> 4, () -> open("hot-other"))) {
      relay.start();
      await().atMost(Duration.ofMinutes(1)).until(() -> relay.failure().isPresent());
      assertThat(relay.failure().get()).contains("5000", "epoch 4", "scoring.hot_topic");
      assertThat(relay.waiting()).isEqualTo(1);
    }
  }

  @Test
  void aTopicKeepsItsRecordsAndOneThatLostThemIsRefused() throws Exception {
    TopicPartition partition = new TopicPartition("hot-expired", 0);
    try (KafkaHotLeads target = open(partition.topic());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(target.newestEpoch()).isEmpty();
      target.deliver(7, List.of(lead(7, "a", 0), lead(7, "b", 0)));
      assertThat(target.newestEpoch()).contains(7L);
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, partition.topic());
      assertThat(
              admin
                  .describeConfigs(Set.of(topic))
                  .all()
                  .get()
                  .get(topic)
                  .get("retention.ms")
                  .value())
          .isEqualTo("-1");
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).all().get();
      assertThatThrownBy(target::newestEpoch)
          .isInstanceOf(PlatformException.class)
          .hasMessageContainingAll("hot-expired", "retention", "scoring.hot_topic");
    }
  }

  @Test
  void aTopicOfSeveralPartitionsIsRefused() throws Exception {
    kafka.create("hot-many", 3);
    assertThatThrownBy(() -> open("hot-many"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContainingAll("hot-many", "3 partitions", "scoring.hot_topic");
  }

  @Test
  void aLeadIsHandedOverOnceWithinTheHorizonOfTheModelThatScores() {
    HotRule rule = new HotRule(0.7);
    List<LeadScore> first = rule.judge(List.of(lead(1, "a", 0)), DAY);
    assertThat(first.get(0).hot()).isTrue();
    rule.remember(first);
    LeadScore twoHoursLater = lead(2, "a", 120);
    assertThat(rule.judge(List.of(twoHoursLater), DAY).get(0).hot()).isFalse();
    assertThat(rule.judge(List.of(twoHoursLater), Duration.ofHours(2)).get(0).hot()).isTrue();
  }

  private static KafkaHotLeads open(String topic) {
    Settings settings =
        Settings.load(
            Optional.empty(),
            Map.of(),
            ConfigFactory.parseMap(Map.of("kafka.bootstrap_servers", kafka.bootstrapServers())));
    return new KafkaHotLeads(settings.kafka(), topic);
  }

  private static LeadScore lead(long epoch, String id, int minute) {

    return new LeadScore(
        epoch,
        id,
        minute * 60_000_000L,
        1,
        0.9,
        1,
        0,
        0,
        false,
        "web_visit",
        "ads",
        Optional.empty());
  }
}
