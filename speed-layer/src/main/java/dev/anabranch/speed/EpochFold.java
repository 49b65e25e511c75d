package dev.anabranch.speed;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Verdict;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.lakehouse.view.TileBuilder;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.io.Serializable;
import java.net.URI;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Folds a share of an epoch's records: of copies the first stays, events go into tiles, refused
 * records into files of the quarantine (where this stream keeps them). The same records give the
 * same tiles, so an epoch may be done again after a crash.
 *
 * @param lake the root of the lake
 * @param keepRefused whether this stream writes the quarantine; one stream does
 */
public record EpochFold(URI lake, String topic, long epoch, boolean keepRefused)
    implements Serializable {
  /** Decides on events, in no particular order, once a distinct event. */
  public interface Gate {
    /** Lets everything pass. */
    Gate OPEN =
        new Gate() {
          @Override
          public boolean isLate(Event event) {
            return false;
          }

          @Override
          public boolean isCopy(Event event) {
            return false;
          }
        };

    /** True where the stream leaves the record out for lateness; asked of every copy. */
    boolean isLate(Event event);

    /** True where an earlier epoch has seen the event; asked of each event once, and remembered. */
    boolean isCopy(Event event);
  }

  public EpochPart fold(Iterator<Arrival> arrivals, Gate gate) {
    Map<String, Arrival> first = new LinkedHashMap<>();
    Map<Integer, Long> kafkaTimes = new HashMap<>();
    Map<Integer, Long> acceptedTimes = new HashMap<>();
    Map<Integer, Long> eventTimes = new HashMap<>();
    RefusedFiles refused = new RefusedFiles(lake, epoch);
    long duplicates = 0;
    long late = 0;
    long quarantined = 0;
    while (arrivals.hasNext()) {
      Arrival arrival = arrivals.next();
      kafkaTimes.merge(arrival.partition(), arrival.kafkaTimestamp(), Math::max);
      if (arrival.verdict() instanceof Verdict.Refused reason) {
        quarantined++;
        if (keepRefused) {
          refused.add(refused(arrival, reason));
        }
        continue;
      }
      Event event = ((Verdict.Accepted) arrival.verdict()).event();
      acceptedTimes.merge(arrival.partition(), arrival.kafkaTimestamp(), Math::max);
      eventTimes.merge(arrival.partition(), event.eventTimeMicros(), Math::max);
      if (gate.isLate(event)) {
        late++;
        continue;
      }
      Arrival other = first.putIfAbsent(event.eventId(), arrival);
      if (other != null) {
        duplicates++;
        if (arrival.isBefore(other)) {
          first.put(event.eventId(), arrival);
        }
      }
    }
    List<TileBuilder> builders = Views.ALL.stream().map(TileBuilder::new).toList();
    long accepted = 0;
    for (Arrival arrival : first.values()) {
      Event event = ((Verdict.Accepted) arrival.verdict()).event();
      if (gate.isCopy(event)) {
        duplicates++;
        continue;
      }
      accepted++;
      builders.forEach(builder -> builder.add(event));
    }
    Map<String, Tiles> tiles = new HashMap<>();
    for (int v = 0; v < builders.size(); v++) {
      View view = Views.ALL.get(v);
      tiles.put(view.name(), builders.get(v).build());
    }
    return new EpochPart(
        tiles,
        accepted,
        duplicates,
        late,
        quarantined,
        kafkaTimes,
        acceptedTimes,
        eventTimes,
        refused.finish(),
        0);
  }

  private RefusedRecord refused(Arrival arrival, Verdict.Refused verdict) {
    return new RefusedRecord(
        topic,
        arrival.partition(),
        arrival.offset(),
        arrival.kafkaTimestamp(),
        verdict.reason(),
        verdict.detail(),
        Optional.ofNullable(arrival.value()));
  }
}
