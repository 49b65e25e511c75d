package dev.anabranch.kappa;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.speed.EpochFold;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.streaming.state.StateStore;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The ids of events that the stream has seen, in one partition of Spark's state store, kept until
 * the watermark passes the event's minute: from then on a copy is late by itself. Beside each id
 * stands, by minute and epoch, the list of ids to forget, so that forgetting costs what is
 * forgotten and not a walk over all.
 */
final class SeenEvents implements EpochFold.Gate {
  static final StructType KEY =
      new StructType().add("minute", DataTypes.LongType).add("id", DataTypes.StringType);
  static final StructType VALUE = new StructType().add("data", DataTypes.BinaryType);

  private static final long ID = Long.MIN_VALUE;
  private static final long INDEX = Long.MIN_VALUE + 1;
  private static final byte[] NOTHING = new byte[0];

  private final StateStore store;
  private final OptionalLong watermark;
  private final long epoch;
  private final UnsafeProjection keys = UnsafeProjection.create(KEY);
  private final UnsafeProjection values = UnsafeProjection.create(VALUE);
  private final Map<Long, List<String>> added = new TreeMap<>();

  /** By minute, how many lists of ids stand there; read from and written to one row. */
  private final TreeMap<Long, List<Long>> minutes = new TreeMap<>();

  private long rows;

  SeenEvents(StateStore store, OptionalLong watermark, long epoch) {
    this.store = store;
    this.watermark = watermark;
    this.epoch = epoch;
    readIndex();
  }

  @Override
  public boolean isLate(Event event) {
    return watermark.isPresent() && event.eventTimeMicros() < watermark.getAsLong();
  }

  @Override
  public boolean isCopy(Event event) {
    UnsafeRow key = key(ID, event.eventId());
    if (store.get(key) != null) {
      return true;
    }
    store.put(key, value(NOTHING));
    long minute = Key.Minute.floor(event.eventTimeMicros());
    added.computeIfAbsent(minute, m -> new ArrayList<>()).add(event.eventId());
    rows++;
    return false;
  }

  /** How many ids are kept. */
  long size() {
    return rows;
  }

  /** Forgets what the watermark has passed and commits; the next epoch goes on from there. */
  void commit() {
    added.forEach(
        (minute, ids) -> {
          store.put(
              key(minute, String.valueOf(epoch)),
              value(String.join("\u0000", ids).getBytes(StandardCharsets.UTF_8)));
          minutes.computeIfAbsent(minute, m -> new ArrayList<>()).add(epoch);
        });
    if (watermark.isPresent()) {
      Map<Long, List<Long>> passed =
          minutes.headMap(watermark.getAsLong() - Key.Minute.MICROS, true);
      passed.forEach((minute, epochs) -> epochs.forEach(of -> forget(minute, of)));
      passed.clear();
    }
    writeIndex();
    store.commit();
  }

  private void forget(long minute, long ofEpoch) {
    UnsafeRow list = key(minute, String.valueOf(ofEpoch)).copy();
    UnsafeRow ids = store.get(list);
    if (ids != null) {
      for (String id : new String(ids.getBinary(0), StandardCharsets.UTF_8).split("\u0000", -1)) {
        store.remove(key(ID, id));
        rows--;
      }
      store.remove(list);
    }
  }

  private void readIndex() {
    UnsafeRow index = store.get(key(INDEX, ""));
    if (index == null) {
      return;
    }
    ByteBuffer data = ByteBuffer.wrap(index.getBinary(0));
    rows = data.getLong();
    while (data.hasRemaining()) {
      long minute = data.getLong();
      int count = data.getInt();
      List<Long> epochs = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        epochs.add(data.getLong());
      }
      minutes.put(minute, epochs);
    }
  }

  private void writeIndex() {
    int size = 8 + minutes.values().stream().mapToInt(epochs -> 12 + 8 * epochs.size()).sum();
    ByteBuffer data = ByteBuffer.allocate(size).putLong(rows);
    minutes.forEach(
        (minute, epochs) -> {
          data.putLong(minute).putInt(epochs.size());
          epochs.forEach(data::putLong);
        });
    store.put(key(INDEX, ""), value(data.array()));
  }

  private UnsafeRow key(long minute, String id) {
    return keys.apply(new GenericInternalRow(new Object[] {minute, UTF8String.fromString(id)}));
  }

  private UnsafeRow value(byte[] data) {
    return values.apply(new GenericInternalRow(new Object[] {data}));
  }
}
