/**
 * Rows of views in memory. An index is immutable; merging tiles into it makes a new one that shares
 * whatever they do not touch, with the roll-ups that were made of it.
 */
package dev.anabranch.serving.index;
