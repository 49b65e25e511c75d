/** How a part of the platform lives and ends under its launcher. */
package dev.anabranch.lakehouse.process;
