package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.s3.ConditionalCreateLogStore;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.storage.LogStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How tables are reached without Spark: the file system, the log store and the Kernel's engine. */
public final class Storage {
  private static final Logger LOG = LoggerFactory.getLogger(Storage.class);

  private final Configuration hadoop;
  private final Engine engine;
  private final LogStore logStore;
  private final Place place;

  private Storage(Configuration hadoop, LogStore logStore, Place place) {
    this.hadoop = hadoop;
    this.engine = DefaultEngine.create(hadoop);
    this.logStore = logStore;
    this.place = place;
  }

  /** Storage on a local disk, shared safely with other processes. */
  public static Storage local() {
    Configuration hadoop = new Configuration();
    ForklessLocalFileSystem.register(hadoop);
    hadoop.set("io.delta.kernel.logStore.file.impl", HardLinkLogStore.class.getName());
    return new Storage(hadoop, new HardLinkLogStore(hadoop), new LocalPlace(hadoop));
  }

  /** Storage for a lake, by the scheme of its URI. */
  public static Storage of(Settings.Lake lake) {
    if (!lake.isOnS3()) {
      return local();
    }
    Configuration hadoop = new Configuration();
    S3Options.of(lake.s3()).forEach(hadoop::set);
    return s3(hadoop);
  }

  /**
   * Storage for a lake where a program has Hadoop's options already, in a Spark executor say.
   *
   * @param hadoop for lakes on S3: what {@link S3Options} says, among others
   */
  public static Storage of(URI lake, Configuration hadoop) {
    return Settings.Lake.isOnS3(lake) ? s3(hadoop) : local();
  }

  private static Storage s3(Configuration hadoop) {
    return new Storage(hadoop, new ConditionalCreateLogStore(hadoop), new S3Place(hadoop));
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

  /** The content of a small file as one version of it had it; empty: there is none. */
  public Optional<byte[]> read(Path file) throws IOException {
    return place.read(file);
  }

  /** Writes a small file in the place of the one that is there, in one step. */
  public void replace(Path file, byte[] content) throws IOException {
    place.replace(file, content);
  }

  /** A data file that was written lasts for good; object stores promise that by themselves. */
  public void sync(String file) throws IOException {
    place.sync(new Path(file));
  }

  /**
   * To be asked once by every program that commits, when it starts. Who may not write in the lake
   * is let through: such a one loses nobody's commits.
   *
   * @throws PlatformException several writers would lose each other's commits there, or it cannot
   *     be reached
   */
  public void requireSafeCommits(URI lake) {
    try {
      place.requireSafeCommits(new Path(lake));
    } catch (AccessDeniedException readOnly) {
      LOG.info("This user may not write into {}", lake);
    } catch (IOException e) {
      throw PlatformException.external(
          "The lake %s cannot be used: %s".formatted(lake, e.getMessage()), e);
    }
  }

  Place place() {
    return place;
  }
}
