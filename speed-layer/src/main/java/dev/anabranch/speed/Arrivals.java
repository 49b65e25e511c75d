package dev.anabranch.speed;

import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.event.EventValidator;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.event.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/** Records validated where they are read, and their way through a shuffle in blocks of bytes. */
final class Arrivals {
  private Arrivals() {}

  /** Rows of (partition int, offset long, timestamp in microseconds, value binary). */
  static Iterator<Arrival> validated(Iterator<InternalRow> rows) {
    EventValidator validator = new EventValidator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Arrival next() {
        InternalRow row = rows.next();
        byte[] value = row.isNullAt(3) ? null : row.getBinary(3);
        long timestamp = Math.floorDiv(row.getLong(2), 1000L);
        Verdict verdict = validator.validate(value, timestamp);
        return new Arrival(
            row.getInt(0),
            row.getLong(1),
            timestamp,
            verdict,
            verdict instanceof Verdict.Refused ? value : null);
      }
    };
  }

  /** Which arrivals meet in one target, whatever partition they are in. */
  enum Together {
    /** All copies of an event; its page stays behind, since no view needs it. */
    EVENT,
    /** All events of a lead. */
    LEAD
  }

  /** Blocks by target. */
  static Iterator<Tuple2<Integer, byte[]>> blocks(
      Iterator<Arrival> arrivals, int targets, Together together) {
    List<ByteArrayOutputStream> blocks = new ArrayList<>();
    List<DataOutputStream> writers = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      blocks.add(new ByteArrayOutputStream());
      writers.add(new DataOutputStream(blocks.get(i)));
    }
    try {
      while (arrivals.hasNext()) {
        Arrival arrival = arrivals.next();
        int hash =
            arrival.verdict() instanceof Verdict.Accepted accepted
                ? (together == Together.EVENT
                        ? accepted.event().eventId()
                        : accepted.event().leadId())
                    .hashCode()
                : Long.hashCode(arrival.offset());
        write(writers.get(Math.floorMod(hash, targets)), arrival, together);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Tuple2<Integer, byte[]>> result = new ArrayList<>();
    for (int i = 0; i < targets; i++) {
      if (blocks.get(i).size() > 0) {
        result.add(new Tuple2<>(i, blocks.get(i).toByteArray()));
      }
    }
    return result.iterator();
  }

  /** The arrivals of blocks made by {@link #blocks}. */
  static Iterator<Arrival> read(Iterator<byte[]> blocks) {
    return new Iterator<>() {
      private DataInputStream block = new DataInputStream(new ByteArrayInputStream(new byte[0]));

      @Override
      public boolean hasNext() {
        try {
          while (block.available() == 0) {
            if (!blocks.hasNext()) {
              return false;
            }
            block = new DataInputStream(new ByteArrayInputStream(blocks.next()));
          }
          return true;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public Arrival next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        try {
          return readOne(block);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static void write(DataOutputStream out, Arrival arrival, Together together)
      throws IOException {
    out.writeInt(arrival.partition());
    out.writeLong(arrival.offset());
    out.writeLong(arrival.kafkaTimestamp());
    if (arrival.verdict() instanceof Verdict.Refused refused) {
      out.writeByte(-1);
      out.writeUTF(refused.reason().wireName());
      text(out, refused.detail());
      out.writeInt(arrival.value() == null ? -1 : arrival.value().length);
      if (arrival.value() != null) {
        out.write(arrival.value());
      }
      return;
    }
    Event event = ((Verdict.Accepted) arrival.verdict()).event();
    out.writeByte(0);
    text(out, event.eventId());
    text(out, event.leadId());
    text(out, event.type().wireName());
    text(out, event.channel());
    out.writeLong(event.amountCents());
    out.writeLong(event.eventTimeMicros());
    Optional<String> page = together == Together.LEAD ? event.page() : Optional.empty();
    out.writeBoolean(page.isPresent());
    if (page.isPresent()) {
      text(out, page.get());
    }
  }

  private static Arrival readOne(DataInputStream in) throws IOException {
    int partition = in.readInt();
    long offset = in.readLong();
    long timestamp = in.readLong();
    if (in.readByte() < 0) {
      Reason reason = Reason.ofWireName(in.readUTF()).orElseThrow();
      String detail = text(in);
      int length = in.readInt();
      byte[] value = length < 0 ? null : in.readNBytes(length);
      return new Arrival(partition, offset, timestamp, new Verdict.Refused(reason, detail), value);
    }
    String eventId = text(in);
    String leadId = text(in);
    EventType type = EventType.ofWireName(text(in)).orElseThrow();
    String channel = text(in);
    long cents = in.readLong();
    long micros = in.readLong();
    Optional<String> page = in.readBoolean() ? Optional.of(text(in)) : Optional.empty();
    Event event = new Event(eventId, leadId, type, channel, page, cents, micros);
    return new Arrival(partition, offset, timestamp, new Verdict.Accepted(event), null);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
