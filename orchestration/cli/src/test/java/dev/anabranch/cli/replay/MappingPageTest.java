package dev.anabranch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that explains mappings: what it shows is a mapping. */
class MappingPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("```hocon\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void everyExampleIsAMapping() throws Exception {
    Matcher example =
        EXAMPLE.matcher(Files.readString(EcomTest.REPOSITORY.resolve("docs/mapping.md")));
    List<Mapping> mappings = new ArrayList<>();
    while (example.find()) {
      Path file = folder.resolve(mappings.size() + ".conf");
      mappings.add(MappingFile.read(Files.writeString(file, example.group(1))));
    }
    assertThat(mappings).hasSize(2);
    assertThat(mappings.get(1).fields()).hasSize(Target.values().length);
    assertThat(mappings.get(1).decimal()).isEqualTo(',');
  }
}
