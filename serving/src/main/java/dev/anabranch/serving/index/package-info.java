/** Rows of views in memory: immutable, grown by merging tiles, with their roll-ups kept beside. */
package dev.anabranch.serving.index;
