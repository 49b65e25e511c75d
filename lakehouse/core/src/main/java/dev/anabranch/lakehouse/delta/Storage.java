package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.storage.LogStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** How tables are reached without Spark: the file system, the log store and the Kernel's engine. */
public final class Storage {
  private final Configuration hadoop;
  private final Engine engine;
  private final LogStore logStore;

  private Storage(Configuration hadoop) {
    this.hadoop = hadoop;
    this.engine = DefaultEngine.create(hadoop);
    this.logStore = new HardLinkLogStore(hadoop);
  }

  /** Storage on a local disk, shared safely with other processes. */
  public static Storage local() {
    Configuration hadoop = new Configuration();
    ForklessLocalFileSystem.register(hadoop);
    hadoop.set("io.delta.kernel.logStore.file.impl", HardLinkLogStore.class.getName());
    return new Storage(hadoop);
  }

  /** Storage for the scheme of a lake's URI. */
  public static Storage of(URI lake) {
    if (!"file".equals(lake.getScheme())) {
      throw PlatformException.user(
          "Lake %s cannot be opened: only file: is supported; set lake.uri to a local folder."
              .formatted(lake));
    }
    return local();
  }

  public Engine engine() {
    return engine;
  }

  public Configuration hadoop() {
    return hadoop;
  }

  public LogStore logStore() {
    return logStore;
  }

  public FileSystem fileSystem(Path path) throws IOException {
    return path.getFileSystem(hadoop);
  }

  /** A file takes the place of another in one step. */
  public void replace(Path file, Path other) throws IOException {
    Files.move(
        java.nio.file.Path.of(file.toUri().getPath()),
        java.nio.file.Path.of(other.toUri().getPath()),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * A data file that was written is on the disk for good; object stores promise that by themselves.
   */
  public void sync(String file) throws IOException {
    Path path = new Path(file);
    if (Optional.ofNullable(path.toUri().getScheme()).orElse("file").equals("file")) {
      HardLinkLogStore.sync(java.nio.file.Path.of(path.toUri().getPath()));
    }
  }
}
