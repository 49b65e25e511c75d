package dev.anabranch.scoring;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Verdict;
import dev.anabranch.lakehouse.lead.HistoryCodec;
import dev.anabranch.lakehouse.lead.LeadHistory;
import dev.anabranch.lakehouse.lead.ProfileSnapshot;
import dev.anabranch.speed.Arrival;
import dev.anabranch.speed.StateJob;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.streaming.state.StateStore;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The histories of leads, in one partition of Spark's state store: an epoch adds its events to the
 * leads that they are of, joins these with their profiles, and leaves all others as they are.
 */
final class LeadStates implements StateJob.Update<LeadShare> {
  private static final long serialVersionUID = 1;

  static final StructType KEY = new StructType().add("lead_id", DataTypes.StringType);
  static final StructType VALUE = new StructType().add("history", DataTypes.BinaryType);

  /** A copy of an event is told by the lead's newest so many; one further back counts again. */
  static final int REMEMBERED_IDS = 256;

  private final Broadcast<ProfileSnapshot> profiles;

  LeadStates(Broadcast<ProfileSnapshot> profiles) {
    this.profiles = profiles;
  }

  @Override
  public LeadShare update(StateStore store, Iterator<Arrival> arrivals) {
    UnsafeProjection keys = UnsafeProjection.create(KEY);
    UnsafeProjection values = UnsafeProjection.create(VALUE);
    Map<String, Acting> acting = new LinkedHashMap<>();
    long accepted = 0;
    long duplicates = 0;
    long quarantined = 0;
    long newest = Long.MIN_VALUE;
    while (arrivals.hasNext()) {
      Arrival arrival = arrivals.next();
      newest = Math.max(newest, arrival.kafkaTimestamp());
      if (arrival.verdict() instanceof Verdict.Accepted verdict) {
        Event event = verdict.event();
        Acting lead =
            acting.computeIfAbsent(event.leadId(), id -> new Acting(history(store, keys, id)));
        if (lead.add(event, arrival.kafkaTimestamp())) {
          accepted++;
        } else {
          duplicates++;
        }
      } else {
        quarantined++;
      }
    }
    List<LeadInput> inputs = new ArrayList<>();
    acting.forEach(
        (id, lead) -> {
          if (lead.changed) {
            store.put(key(keys, id), value(values, HistoryCodec.write(lead.history)));
            inputs.add(
                new LeadInput(
                    lead.history.features(id),
                    lead.kafkaMillis,
                    profiles.value().of(id).orElse(null)));
          }
        });
    store.commit();
    return new LeadShare(inputs, accepted, duplicates, quarantined, newest);
  }

  /** A lead that an epoch has events of. */
  private static final class Acting {
    private final LeadHistory history;
    private long kafkaMillis = Long.MIN_VALUE;
    private boolean changed;

    Acting(LeadHistory history) {
      this.history = history;
    }

    boolean add(Event event, long appended) {
      boolean isNew = history.add(event);
      if (isNew) {
        changed = true;
        kafkaMillis = Math.max(kafkaMillis, appended);
      }
      return isNew;
    }
  }

  private static LeadHistory history(StateStore store, UnsafeProjection keys, String id) {
    UnsafeRow known = store.get(key(keys, id));
    return known == null
        ? LeadHistory.remembering(REMEMBERED_IDS)
        : HistoryCodec.read(known.getBinary(0));
  }

  private static UnsafeRow key(UnsafeProjection keys, String id) {
    return keys.apply(new GenericInternalRow(new Object[] {UTF8String.fromString(id)}));
  }

  private static UnsafeRow value(UnsafeProjection values, byte[] history) {
    return values.apply(new GenericInternalRow(new Object[] {history}));
  }
}
