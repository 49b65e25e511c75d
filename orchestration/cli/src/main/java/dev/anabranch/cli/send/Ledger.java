package dev.anabranch.cli.send;

import dev.anabranch.cli.failure.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/**
 * The file of what was sent: JSON Lines, one line a record in the order of sending. Lines are
 * written whole, a batch at a time and at least ten times a second, so that a reader may follow and
 * a crash leaves whole lines. A file that exists is added to; half a line at its end, from a
 * machine that lost power, is cut off first.
 */
public final class Ledger implements SentListener, AutoCloseable {

  private static final int BATCH_BYTES = 32_768;
  private static final long BATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Path file;
  private final FileChannel channel;
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream(2 * BATCH_BYTES);
  private long batchBegan;

  private Ledger(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens a ledger, and makes its file and folder where there is none.
   *
   * @throws CommandFailure exit code 1 where it cannot be written
   */
  public static Ledger open(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      channel.truncate(endOfLines(channel));
      channel.position(channel.size());
      return new Ledger(file, channel);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** The size of the file without what follows its last line feed. */
  private static long endOfLines(FileChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(8_192);
    for (long end = channel.size(); end > 0; end -= block.capacity()) {
      long begin = Math.max(0, end - block.capacity());
      block.clear().limit((int) (end - begin));
      while (block.hasRemaining() && channel.read(block, begin + block.position()) >= 0) {}
      for (int at = block.position() - 1; at >= 0; at--) {
        if (block.get(at) == '\n') {
          return begin + at + 1;
        }
      }
    }
    return 0;
  }

  @Override
  public void sent(Outgoing record, int partition, long offset) {
    if (batch.size() == 0) {
      batchBegan = System.nanoTime();
    }
    batch.writeBytes(record.sent(partition, offset).toLine());
    if (batch.size() >= BATCH_BYTES) {
      write();
    } else {
      idle();
    }
  }

  @Override
  public void idle() {
    if (batch.size() > 0 && System.nanoTime() - batchBegan >= BATCH_NANOS) {
      write();
    }
  }

  private void write() {
    try {
      ByteBuffer lines = ByteBuffer.wrap(batch.toByteArray());
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
      batch.reset();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      write();
      channel.force(true);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static CommandFailure failed(Path file, IOException e) {
    return CommandFailure.failed(
        "Cannot write the ledger %s: %s. Is the disk full or the folder not writable?"
            .formatted(file, e),
        e);
  }
}
