package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.speed.StreamStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.streaming.StreamingQuery;

/** What scoring says of itself: the document {@code status/scoring.json}. */
final class ScoringStatus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoringStatus() {}

  static ObjectNode of(
      ScoringStream stream,
      Optional<StreamingQuery> query,
      Champions champions,
      Profiles.State profiles,
      List<HotLeadRelay> relays,
      MinuteMeter meter,
      Clock clock) {
    ObjectNode status =
        query
            .map(it -> StreamStatus.of("scoring", stream.last(), it, 0, clock.instant()))
            .orElseGet(() -> waiting(stream, clock));
    status.remove(List.of("watermark", "watermark_delay", "late_events_dropped", "state_rows"));
    champions
        .current()
        .ifPresentOrElse(
            model ->
                status
                    .putObject("model")
                    .put("version", model.version().version())
                    .put("algorithm", model.version().algorithm()),
            () -> status.putNull("model"));
    ArrayNode refused = status.putArray("refused_models");
    champions
        .refusals()
        .forEach(
            (version, reason) -> refused.addObject().put("version", version).put("reason", reason));
    profiles(status.putObject("profiles"), profiles);
    ArrayNode targets = status.putArray("targets");
    for (HotLeadRelay relay : relays) {
      targets
          .addObject()
          .put("name", relay.name())
          .put("delivered_epoch", relay.delivered())
          .put("waiting_leads", relay.waiting())
          .put("failure", relay.failure().orElse(null));
    }
    status.put("hot_leads", stream.hotLog().past(0));
    meter.open().ifPresent(minute -> minute(status.putObject("this_minute"), minute));
    return status;
  }

  private static ObjectNode waiting(ScoringStream stream, Clock clock) {
    ObjectNode status = JSON.createObjectNode();
    status.put("name", "scoring");
    status.put("updated_at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    status.put("state", "waiting_for_model");
    status.put("epoch", stream.last().epoch());
    ObjectNode until = status.putObject("until_offsets");
    stream.last().until().byPartition().forEach((p, offset) -> until.put(p.toString(), offset));
    return status;
  }

  private static void profiles(ObjectNode into, Profiles.State profiles) {
    into.put("count", profiles.count());
    into.put("read_at", profiles.readAt().map(Object::toString).orElse(null));
    into.put("failure", profiles.failure().orElse(null));
  }

  private static void minute(ObjectNode into, ScoringMinute minute) {
    into.put("minute", minute.minute().toString());
    into.put("scored", minute.scored());
    into.put("hot", minute.hot());
    minute.meanProbability().ifPresent(mean -> into.put("mean_probability", mean));
    into.put("latency_p50_millis", minute.latencyP50Millis());
    into.put("latency_p99_millis", minute.latencyP99Millis());
    minute.psi().ifPresent(psi -> into.put("psi", psi));
    into.put("not_a_number", minute.notANumber());
    into.put("unseen_categories", minute.unseenCategories());
    into.put("without_profile", minute.withoutProfile());
  }
}
