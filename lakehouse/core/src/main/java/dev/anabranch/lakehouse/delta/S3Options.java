package dev.anabranch.lakehouse.delta;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.s3.ConditionalCreateLogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hadoop's options for a lake on S3. Among them are the credentials where settings name files: not
 * to be logged or shown. Without files S3A looks for credentials itself, in {@code
 * AWS_ACCESS_KEY_ID} and {@code AWS_SECRET_ACCESS_KEY} first.
 */
public final class S3Options {
  private S3Options() {}

  public static Map<String, String> of(Settings.S3 settings) {
    Map<String, String> options = new LinkedHashMap<>();
    settings
        .endpoint()
        .ifPresent(
            endpoint -> {
              options.put("fs.s3a.endpoint", endpoint.toString());
              options.put(
                  "fs.s3a.connection.ssl.enabled",
                  String.valueOf(!"http".equals(endpoint.getScheme())));
            });
    options.put("fs.s3a.endpoint.region", settings.region());
    options.put("fs.s3a.path.style.access", String.valueOf(settings.pathStyle()));
    settings
        .accessKeyFile()
        .ifPresent(file -> options.put("fs.s3a.access.key", secret("access_key_file", file)));
    settings
        .secretKeyFile()
        .ifPresent(file -> options.put("fs.s3a.secret.key", secret("secret_key_file", file)));
    // What is written waits on the disk to be sent; Hadoop resolves this in each process.
    options.put("fs.s3a.buffer.dir", "${java.io.tmpdir}/s3a");
    // One writer that is left on the default voids the safety of all.
    options.put("io.delta.kernel.logStore.s3a.impl", ConditionalCreateLogStore.class.getName());
    return options;
  }

  private static String secret(String key, Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw PlatformException.user(
          "Setting lake.s3.%s is %s, which cannot be read (%s): name a file that holds the key and nothing else."
              .formatted(key, file, e.getClass().getSimpleName()));
    }
  }
}
