/** Settings: one HOCON file, over it the environment, over these the flags. */
package dev.anabranch.lakehouse.config;
