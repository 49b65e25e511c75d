package dev.anabranch.cli.platform;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A part's log. The part's process appends to it by itself, so that its last words are kept when
 * the launcher is gone; the launcher bounds its size.
 */
record LogFile(Path path) {

  private static final int TAIL_BYTES = 16 * 1024;

  /** Appends one line of the launcher's own. */
  void append(String line) throws IOException {
    Files.writeString(path, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * The last lines, oldest first, none where there is no log; of a very long line its end only.
   *
   * @param count upper bound of the number of lines
   */
  List<String> tail(int count) throws IOException {
    if (!Files.exists(path)) {
      return List.of();
    }
    try (SeekableByteChannel channel = Files.newByteChannel(path)) {
      long start = Math.max(0, channel.size() - TAIL_BYTES);
      channel.position(start);
      ByteBuffer buffer = ByteBuffer.allocate(TAIL_BYTES);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until the buffer is full or the file ends.
      }
      String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }
  }

  /**
   * Moves the content of a log over the limit to {@code NAME.log.1}. The file stays the same, for
   * its writer holds it open; what is written between the copy and the cut is lost.
   */
  void rotateOver(long limitBytes) throws IOException {
    if (!Files.exists(path) || Files.size(path) <= limitBytes) {
      return;
    }
    Files.copy(path, path.resolveSibling(path.getFileName() + ".1"), REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }
}
