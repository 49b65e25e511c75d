package dev.anabranch.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.typesafe.config.ConfigFactory;
import dev.anabranch.cli.failure.CommandFailure;
import dev.anabranch.lakehouse.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  @TempDir Path folder;

  @Test
  void anUnknownPartIsWrongUsage() {
    List<String> parts = EmbeddedParts.names(false);
    fails(2, () -> Preflight.partNames(Set.of("sped"), parts), "sped", "kafka, speed, kappa");
    fails(2, () -> Preflight.partNames(Set.of("scoring"), parts), "scoring");
    Preflight.partNames(Set.of("kappa", "batch"), parts);
    Preflight.partNames(Set.of("scoring", "batch"), EmbeddedParts.names(true));
  }

  @Test
  void anotherHostThanLoopbackNeedsAToken() throws IOException {
    fails(2, () -> Preflight.access(settings("0.0.0.0", "")), "0.0.0.0", "token", "127.0.0.1");
    fails(2, () -> Preflight.access(settings("no.such.host.invalid", "")), "no.such.host.invalid");
    assertThat(Preflight.access(settings("localhost", "")).isLoopbackAddress()).isTrue();
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    assertThat(Preflight.access(settings("0.0.0.0", token.toString())).isAnyLocalAddress())
        .isTrue();
    Path empty = Files.writeString(folder.resolve("empty"), " \n");
    fails(2, () -> Preflight.access(settings("127.0.0.1", empty.toString())), "empty");
    fails(2, () -> Preflight.access(settings("127.0.0.1", folder + "/none")), "none", "read");
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket other = new ServerSocket(0, 1, loopback)) {
      int port = other.getLocalPort();
      fails(1, () -> Preflight.port(loopback, port), Integer.toString(port), "--port 0");
    }
    Preflight.port(loopback, 0);
  }

  @Test
  void theHeapsMustFitIntoTheMemoryThatIsLeft() throws IOException {
    Files.createDirectories(folder.resolve("proc"));
    Files.writeString(folder.resolve("proc/meminfo"), "MemAvailable: 1048576 kB\n");
    Memory memory = new Memory(folder);
    Preflight.memory(memory, List.of(part(512), part(512)));
    fails(1, () -> Preflight.memory(memory, List.of(part(512), part(513))), "1024", "1025");
  }

  @Test
  void theDataFolderMustBeWritable() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    PlatformFolder data = new PlatformFolder(file.resolve("data"));
    fails(1, () -> Preflight.folder(data), "file", "--data");
  }

  private static PartSpec part(int heapMebibytes) {
    return new PartSpec(
        "part", List.of("java", "Main"), Map.of(), Set.of(), Path.of("tmp"), heapMebibytes, 0);
  }

  private static Settings settings(String host, String tokenFile) {
    return Settings.load(
        Optional.empty(),
        Map.of(),
        ConfigFactory.parseMap(Map.of("serving.host", host, "api.token_file", tokenFile)));
  }

  private static void fails(int exitCode, ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .hasMessageContainingAll(words)
        .asInstanceOf(type(CommandFailure.class))
        .returns(exitCode, CommandFailure::exitCode);
  }
}
