package dev.anabranch.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Leads that the stack has handed over, as each who got them has them. */
final class HandOvers {
  private HandOvers() {}

  /** Whether everything that was sent is scored, by this model. */
  static boolean isAllScored(TestStack stack, long model) throws Exception {
    JsonNode scoring = stack.get("/v1/scoring");
    return scoring.path("state").asText().equals("running")
        && scoring.at("/model/version").asLong() == model
        && scoring.path("lag_events").asLong(1) == 0;
  }

  /** Lead and epoch of each, as the lake has them, in order. */
  static List<String> inLake(TestStack stack) throws Exception {
    List<String> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = stack.get("/v1/views/hot-leads?limit=1000" + cursor);
      page.path("rows")
          .forEach(row -> all.add(text(row.path("lead_id").asText(), row.path("epoch").asText())));
      cursor =
          page.path("next_cursor").isNull() ? "" : "&cursor=" + page.path("next_cursor").asText();
    } while (!cursor.isEmpty());
    Collections.sort(all);
    return all;
  }

  /** How many PostgreSQL has, by the leads' own count and by that of the epochs. */
  static List<Long> inPostgresql(TestStack stack) throws Exception {
    try (Connection connection = stack.postgresql();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (SELECT sum(hand_overs) FROM hot_leads), (SELECT sum(leads) FROM hot_leads_epochs)")) {
      row.next();
      return List.of(row.getLong(1), row.getLong(2));
    }
  }

  /** Lead and epoch of each record, in order. */
  static List<String> inTopic(String servers) {
    List<String> all = new ArrayList<>();
    List<TopicPartition> whole = List.of(new TopicPartition("hot-leads", 0));
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(whole);
      consumer.seekToBeginning(whole);
      long end = consumer.endOffsets(whole).get(whole.get(0));
      while (consumer.position(whole.get(0)) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          byte[] epoch = record.headers().lastHeader("epoch").value();
          all.add(text(record.key(), new String(epoch, StandardCharsets.UTF_8)));
        }
      }
    }
    Collections.sort(all);
    return all;
  }

  private static String text(String leadId, String epoch) {
    return leadId + " of epoch " + epoch;
  }
}
