package dev.anabranch.lakehouse.lead;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** A history as bytes, for the state of a stream. */
public final class HistoryCodec {
  /** Bytes of another layout are refused: the stream then begins with a new checkpoint. */
  private static final int LAYOUT = 1;

  private HistoryCodec() {}

  public static byte[] write(LeadHistory history) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(LAYOUT);
      out.writeInt(history.rememberedIds());
      out.writeInt(history.ids().size());
      for (long id : history.ids()) {
        out.writeLong(id);
      }
      for (int type = 0; type < LeadHistory.TYPES.size(); type++) {
        out.writeLong(history.events[type]);
        out.writeLong(history.newestMicros[type]);
      }
      out.writeLong(history.cents);
      out.writeLong(history.firstMicros);
      out.writeInt(history.pages.size());
      for (long page : history.pages) {
        out.writeLong(page);
      }
      out.writeInt(history.channels.size());
      for (String channel : history.channels) {
        out.writeUTF(channel);
      }
      out.writeBoolean(history.last.isPresent());
      if (history.last.isPresent()) {
        out.writeLong(history.last.get().micros());
        out.writeByte(LeadHistory.TYPES.indexOf(history.last.get().type()));
        out.writeUTF(history.last.get().channel());
      }
      writeMinutes(history, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeMinutes(LeadHistory history, DataOutputStream out) throws IOException {
    out.writeInt(history.minutes.size());
    for (Map.Entry<Long, LeadHistory.Minute> minute : history.minutes.entrySet()) {
      out.writeLong(minute.getKey());
      out.writeLong(minute.getValue().cents);
      for (long events : minute.getValue().events) {
        out.writeInt(Math.toIntExact(events));
      }
    }
  }

  /**
   * The history that {@link #write} made the bytes of.
   *
   * @throws IllegalArgumentException the bytes are of another layout
   */
  public static LeadHistory read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int layout = in.readByte();
      if (layout != LAYOUT) {
        throw new IllegalArgumentException(
            "A lead's history has layout %d, this program reads %d".formatted(layout, LAYOUT));
      }
      LeadHistory history = LeadHistory.remembering(in.readInt());
      for (int left = in.readInt(); left > 0; left--) {
        history.remember(in.readLong());
      }
      for (int type = 0; type < LeadHistory.TYPES.size(); type++) {
        history.events[type] = in.readLong();
        history.newestMicros[type] = in.readLong();
      }
      history.cents = in.readLong();
      history.firstMicros = in.readLong();
      for (int left = in.readInt(); left > 0; left--) {
        history.pages.add(in.readLong());
      }
      for (int left = in.readInt(); left > 0; left--) {
        history.channels.add(in.readUTF());
      }
      if (in.readBoolean()) {
        history.last =
            Optional.of(
                new LeadHistory.Last(
                    in.readLong(), LeadHistory.TYPES.get(in.readByte()), in.readUTF()));
      }
      for (int left = in.readInt(); left > 0; left--) {
        LeadHistory.Minute minute = new LeadHistory.Minute();
        history.minutes.put(in.readLong(), minute);
        minute.cents = in.readLong();
        for (int type = 0; type < LeadHistory.TYPES.size(); type++) {
          minute.events[type] = in.readInt();
        }
      }
      return history;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
