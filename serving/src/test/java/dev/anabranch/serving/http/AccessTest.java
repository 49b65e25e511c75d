package dev.anabranch.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked when the server starts; calls are tried in the tests of routes. */
class AccessTest {
  @TempDir Path folder;

  private static Settings settings(String host, Map<String, String> environment) {
    Config flags = ConfigFactory.parseMap(Map.of("serving.host", host));
    return Settings.load(Optional.empty(), environment, flags);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
  void loopbackNeedsNoToken(String host) {
    assertThatCode(() -> Access.of(settings(host, Map.of()))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "10.1.2.3"})
  void otherHostsNeedOne(String host) throws IOException {
    assertThatThrownBy(() -> Access.of(settings(host, Map.of())))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.category()).isEqualTo(PlatformException.Category.USER))
        .hasMessageContaining(host)
        .hasMessageContaining("ANABRANCH_API_TOKEN_FILE");
    Path token = Files.writeString(folder.resolve("token"), "\n secret-1 \r\n");
    Map<String, String> environment = Map.of("ANABRANCH_API_TOKEN_FILE", token.toString());
    assertThatCode(() -> Access.of(settings(host, environment))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "two words", "gr\u00F6\u00DFer", "a\u0000b"})
  void tokensThatAreNoneAreRefused(String content) throws IOException {
    Path token = folder.resolve("token");
    Files.writeString(token, content, StandardCharsets.UTF_8);
    assertRefused(token);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertRefused(folder.resolve("nothing"));
    assertRefused(folder);
  }

  private static void assertRefused(Path token) {
    Map<String, String> environment = Map.of("ANABRANCH_API_TOKEN_FILE", token.toString());
    assertThatThrownBy(() -> Access.of(settings("127.0.0.1", environment)))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("api.token_file")
        .hasMessageContaining(token.toString());
  }
}
