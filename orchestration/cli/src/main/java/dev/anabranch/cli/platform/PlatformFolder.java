package dev.anabranch.cli.platform;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A platform's data folder: where things are, and who runs on it. A launcher holds the lock file
 * for its whole life, so the lock tells the truth after any kind of death.
 *
 * @param data the folder, absolute and normal
 */
public record PlatformFolder(Path data) {

  public PlatformFolder {
    data = data.toAbsolutePath().normalize();
  }

  /** The parts' logs, one file each. */
  public Path logs() {
    return data.resolve("logs");
  }

  /** What belongs to the running platform. */
  public Path run() {
    return data.resolve("run");
  }

  /** The resolved settings, as given to the parts. */
  public Path settingsFile() {
    return run().resolve("settings.conf");
  }

  /** What the launcher decided about the broker; its ports are used again at the next start. */
  Path kafkaFile() {
    return run().resolve("kafka.properties");
  }

  /** What the launcher decided about PostgreSQL; its port is used again at the next start. */
  Path postgresqlFile() {
    return run().resolve("postgresql.properties");
  }

  /** PostgreSQL's own folder. */
  Path postgresql() {
    return data.resolve("postgresql");
  }

  /** The broker's own folder. */
  Path kafka() {
    return data.resolve("kafka");
  }

  /** The tables, unless a setting puts them elsewhere. */
  Path lake() {
    return data.resolve("lake");
  }

  /** A part's temporary files. */
  Path scratch(String part) {
    return data.resolve("tmp").resolve(part);
  }

  private Path lockFile() {
    return run().resolve("lock");
  }

  private Path statusFile() {
    return run().resolve("platform.json");
  }

  /** Makes the folders. */
  void create() throws IOException {
    Files.createDirectories(logs());
    Files.createDirectories(run());
  }

  /**
   * Takes the folder for this process until the lock is closed or the process ends.
   *
   * @return empty when another process has it
   */
  Optional<Hold> hold() throws IOException {
    FileChannel channel = FileChannel.open(lockFile(), READ, WRITE, CREATE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(StandardCharsets.US_ASCII.encode(pid + "\n"), 0);
      return Optional.of(new Hold(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The launcher that runs on this folder. Never to be called in the launcher's own process:
   * closing the file there would end its lock.
   *
   * @return its process id, or empty when none runs
   */
  public OptionalLong launcher() throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile(), READ)) {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      if (lock != null) {
        return OptionalLong.empty();
      }
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
    String pid = Files.readString(lockFile()).strip();
    return OptionalLong.of(pid.isEmpty() ? 0 : Long.parseLong(pid));
  }

  /** The status that the launcher wrote last, empty where there is none. */
  public Optional<PlatformStatus> readStatus() throws IOException {
    try {
      return Optional.of(StatusJson.read(Files.readString(statusFile())));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Replaces the status; readers see the old one or the new one in full. */
  void writeStatus(PlatformStatus status) throws IOException {
    writeAtomically(statusFile(), StatusJson.write(status) + "\n");
  }

  /** Removes the status of a platform that has stopped. */
  void removeStatus() throws IOException {
    Files.deleteIfExists(statusFile());
  }

  /** Replaces a file; readers see the old one or the new one in full. */
  static void writeAtomically(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, text);
    Files.move(next, file, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** The lock on a folder. */
  record Hold(FileChannel channel) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
