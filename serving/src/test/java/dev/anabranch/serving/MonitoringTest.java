package dev.anabranch.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.serving.query.RandomEvents;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms and the dashboard ask for what is there, and each alarm is explained. */
class MonitoringTest {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern METRIC = Pattern.compile("\\b(anabranch|jvm)_[a-z0-9_]+");
  private static final Pattern ALERT = Pattern.compile("alert: ([A-Za-z]+)");

  /** Counted only once something has gone wrong. */
  private static final Set<String> OF_TROUBLE = Set.of("anabranch_tail_errors_total");

  @TempDir private Path folder;

  @Test
  void whatAlarmsAndTheDashboardAskForIsMeasured() throws Exception {
    String rules = Files.readString(REPOSITORY.resolve("infra/prometheus/alerts.yml"));
    String board = Files.readString(REPOSITORY.resolve("infra/grafana/dashboards/anabranch.json"));
    TestLake lake = new TestLake(folder);
    lake.send(RandomEvents.of(1, 0, 50, 10));
    lake.speedEpoch();
    lake.kappaEpoch();
    try (TestApi api = new TestApi(lake, Map.of())) {
      api.awaitSpeed(1);
      api.awaitKappa(1);
      TestApi.Answer metrics = api.send("GET", "/metrics", "");
      String measured = new String(metrics.http().body(), StandardCharsets.UTF_8);
      Set<String> wanted = names(METRIC, rules + board);
      wanted.removeAll(OF_TROUBLE);
      assertThat(wanted).isNotEmpty();
      assertThat(names(METRIC, measured)).containsAll(wanted);
    }
  }

  @Test
  void theRunbookExplainsEachAlarm() throws Exception {
    String rules = Files.readString(REPOSITORY.resolve("infra/prometheus/alerts.yml"));
    String runbook = Files.readString(REPOSITORY.resolve("docs/runbook.md"));
    Matcher alert = ALERT.matcher(rules);
    int alerts = 0;
    while (alert.find()) {
      assertThat(runbook).contains("### " + alert.group(1));
      alerts++;
    }
    assertThat(alerts).isGreaterThan(5);
  }

  private static Set<String> names(Pattern pattern, String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}
