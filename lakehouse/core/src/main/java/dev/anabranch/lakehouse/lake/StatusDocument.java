package dev.anabranch.lakehouse.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A small JSON document that its one writer replaces as a whole and anybody may read. */
public final class StatusDocument {
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusDocument() {}

  public static void write(Storage storage, Path file, JsonNode document) {
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".tmp");
    try {
      FileSystem fileSystem = storage.fileSystem(file);
      try (OutputStream out = fileSystem.create(temporary, true)) {
        out.write(JSON.writeValueAsBytes(document));
      }
      storage.replace(temporary, file);
    } catch (IOException e) {
      throw PlatformException.external("Cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The document, or empty where nobody has written one yet, or a power cut left nothing of it or a
   * part.
   */
  public static Optional<JsonNode> read(Storage storage, Path file) {
    try (InputStream in = storage.fileSystem(file).open(file)) {
      return Optional.of(JSON.readTree(in)).filter(JsonNode::isObject);
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw PlatformException.external("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
