package dev.anabranch.lakehouse.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A small JSON document that its one writer replaces as a whole and anybody may read. */
public final class StatusDocument {
  private static final Logger LOG = LoggerFactory.getLogger(StatusDocument.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private StatusDocument() {}

  public static void write(Storage storage, Path file, JsonNode document) {
    try {
      storage.replace(file, JSON.writeValueAsBytes(document));
    } catch (IOException e) {
      throw PlatformException.external("Cannot write %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The same for what is written anew in a moment anyway: a failure is logged.
   *
   * @return whether it was written
   */
  public static boolean tryToWrite(Storage storage, Path file, JsonNode document) {
    try {
      write(storage, file, document);
      return true;
    } catch (PlatformException e) {
      LOG.warn("{}", e.getMessage());
      return false;
    }
  }

  /**
   * The document, or empty where nobody has written one yet, or a power cut left nothing of it or a
   * part.
   */
  public static Optional<JsonNode> read(Storage storage, Path file) {
    try {
      Optional<byte[]> content = storage.read(file);
      return content.isPresent()
          ? Optional.of(JSON.readTree(content.get())).filter(JsonNode::isObject)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw PlatformException.external("Cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
