package dev.anabranch.lakehouse.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HotLeadsTest {
  private static final String HOT_LEADS =
      "SELECT lead_id, epoch, probability, hand_overs FROM hot_leads ORDER BY lead_id";
  private static final String EPOCHS = "SELECT epoch, leads FROM hot_leads_epochs ORDER BY epoch";

  @TempDir private static Path folder;
  private static TestPostgresql server;
  private String name;
  private Database database;
  private HotLeads hotLeads;

  @BeforeAll
  static void start() throws Exception {
    server = TestPostgresql.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    name = server.create();
    database = Database.open(server.settings(name));
    hotLeads = new HotLeads(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aLeadsRowIsThatOfItsNewestHandOver() throws Exception {
    assertThat(hotLeads.newestEpoch()).isEmpty();
    assertThat(hotLeads.deliver(3, leads(3, 0.75, "a", "b"))).isTrue();
    assertThat(hotLeads.deliver(9, leads(9, 0.875, "b", "c"))).isTrue();
    assertThat(hotLeads.deliver(12, List.of())).isTrue();
    assertThat(hotLeads.newestEpoch()).contains(12L);
    assertThat(rows(HOT_LEADS)).containsExactly("a 3 0.75 1", "b 9 0.875 2", "c 9 0.875 1");
    assertThat(rows(EPOCHS)).containsExactly("3 2", "9 2", "12 0");
    assertThat(
            rows(
                "SELECT lead_id, model_version, events, last_type, last_channel,"
                    + " extract(epoch FROM as_of) * 1000000 = 1790000000000001,"
                    + " extract(epoch FROM kafka_timestamp) * 1000 = 1790000000002,"
                    + " extract(epoch FROM scored_at) * 1000 = 1790000000003"
                    + " FROM hot_leads WHERE lead_id = 'a'"))
        .containsExactly("a 5 4 web_visit email t t t");
  }

  @Test
  void anEpochThatIsDeliveredTwiceCountsOnce() throws Exception {
    List<LeadScore> leads = leads(3, 0.75, "a", "b");
    assertThat(hotLeads.deliver(3, leads)).isTrue();
    List<String> delivered = rows("SELECT * FROM hot_leads ORDER BY lead_id");
    assertThat(hotLeads.deliver(3, leads)).isFalse();
    try (Database restarted = Database.open(server.settings(name))) {
      assertThat(new HotLeads(restarted).newestEpoch()).contains(3L);
      assertThat(new HotLeads(restarted).deliver(3, leads)).isFalse();
    }
    assertThat(rows("SELECT * FROM hot_leads ORDER BY lead_id")).isEqualTo(delivered).hasSize(2);
    assertThat(rows(EPOCHS)).containsExactly("3 2");
  }

  @Test
  void aDeliveryThatIsCutOffBeforeItsCommitLeavesNothing() throws Exception {
    hotLeads.deliver(3, leads(3, 0.75, "a"));
    server.execute(
        name,
        """
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_terminate_backend(pg_backend_pid());
          RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER cut AFTER INSERT OR UPDATE ON hot_leads
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cut();
        """);
    List<LeadScore> leads = leads(9, 0.875, "a", "b");
    assertThatThrownBy(() -> hotLeads.deliver(9, leads))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(server.url(name))
        .hasMessageContaining("cannot deliver epoch 9 to hot_leads");
    assertThat(rows(HOT_LEADS)).containsExactly("a 3 0.75 1");
    assertThat(rows(EPOCHS)).containsExactly("3 1");

    server.execute(name, "DROP TRIGGER cut ON hot_leads");
    assertThat(hotLeads.newestEpoch()).contains(3L);
    assertThat(hotLeads.deliver(9, leads)).isTrue();
    assertThat(hotLeads.deliver(9, leads)).isFalse();
    assertThat(rows(HOT_LEADS)).containsExactly("a 9 0.875 2", "b 9 0.875 1");
    assertThat(rows(EPOCHS)).containsExactly("3 1", "9 2");
  }

  @Test
  void ofDeliveriesAtTheSameTimeOneCounts() throws Exception {
    List<String> ids = Stream.iterate(0, i -> i + 1).limit(500).map(i -> "lead-" + i).toList();
    List<LeadScore> leads = leads(3, 0.75, ids.toArray(String[]::new));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Database other = Database.open(server.settings(name))) {
      List<Callable<Boolean>> deliveries = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        HotLeads target = i % 2 == 0 ? hotLeads : new HotLeads(other);
        deliveries.add(() -> target.deliver(3, leads));
      }
      List<Boolean> counted = new ArrayList<>();
      for (Future<Boolean> delivery : threads.invokeAll(deliveries)) {
        counted.add(delivery.get());
      }
      assertThat(Collections.frequency(counted, true)).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(rows("SELECT count(*), min(hand_overs), max(hand_overs) FROM hot_leads"))
        .containsExactly("500 1 1");
    assertThat(rows(EPOCHS)).containsExactly("3 500");
  }

  private List<String> rows(String sql) throws Exception {
    return server.rows(name, sql);
  }

  private static List<LeadScore> leads(long epoch, double probability, String... ids) {
    return Stream.of(ids)
        .map(
            id ->
                new LeadScore(
                    epoch,
                    id,
                    1_790_000_000_000_001L,
                    4,
                    probability,
                    5,
                    1_790_000_000_002L,
                    1_790_000_000_003L,
                    true,
                    "web_visit",
                    "email",
                    Optional.empty()))
        .toList();
  }
}
