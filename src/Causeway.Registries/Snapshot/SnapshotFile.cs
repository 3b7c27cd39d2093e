using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Registries.Snapshot;

/// <summary>
/// A mapped snapshot. Spans that it hands out are valid as long as this object is reachable: a method that uses one ends with
/// <see cref="GC.KeepAlive"/> on whatever holds it. The mapping ends when the object is collected or disposed; the file may be deleted before that.
/// </summary>
public sealed unsafe class SnapshotFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly SnapshotSection[] _sections;

    private SnapshotFile(
        string path,
        MemoryMappedFile file,
        MemoryMappedViewAccessor view,
        byte* start,
        long length,
        SnapshotSection[] sections
    )
    {
        Path = path;
        _file = file;
        _view = view;
        _start = start;
        Length = length;
        _sections = sections;
    }

    public string Path { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; }

    /// <summary>Maps a file after checking its header and table; content is not read.</summary>
    /// <exception cref="SnapshotFormatException">Not a snapshot of this kind, cut short, or its table is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static SnapshotFile Open(string path, uint kind)
    {
        long length = new FileInfo(path).Length;
        if (length < Unsafe.SizeOf<SnapshotHeader>())
            throw new SnapshotFormatException($"{path} is no snapshot: it holds {length} bytes, fewer than a header.");
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            // Not AcquirePointer: its reference would outlive this object if nobody disposes it, and the mapping with it.
            byte* start = (byte*)view.SafeMemoryMappedViewHandle.DangerousGetHandle() + view.PointerOffset;
            return new SnapshotFile(path, file, view, start, length, ReadTable(path, kind, start, length));
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    private static SnapshotSection[] ReadTable(string path, uint kind, byte* start, long length)
    {
        SnapshotHeader header = *(SnapshotHeader*)start;
        if (header.Magic != SnapshotHeader.ExpectedMagic)
            throw new SnapshotFormatException($"{path} is no snapshot: it does not begin with the mark of one.");
        if (header.Kind != kind)
            throw new SnapshotFormatException(
                $"{path} is a snapshot of kind {header.Kind:X8}, not {kind:X8}: made by another version, or for another use."
            );
        long tableLength = (long)header.Sections * Unsafe.SizeOf<SnapshotSection>();
        if (header.FileLength != length || header.TableOffset < 0 || header.Sections > 4096 || header.TableOffset > length - tableLength)
            throw new SnapshotFormatException($"{path} is cut short: {length} bytes of {header.FileLength}.");
        var table = new ReadOnlySpan<byte>(start + header.TableOffset, (int)tableLength);
        if (Checksum.Of(table) != header.TableChecksum)
            throw new SnapshotFormatException($"{path} is damaged: the checksum of its section table does not match.");
        SnapshotSection[] sections = MemoryMarshal.Cast<byte, SnapshotSection>(table).ToArray();
        foreach (SnapshotSection section in sections)
            if (section.Offset < 0 || section.Length < 0 || section.Offset > length - section.Length || section.ElementSize == 0)
                throw new SnapshotFormatException($"{path} is damaged: section {section.Id} lies outside the file.");
        return sections;
    }

    /// <summary>A section's content as an array in place; empty when there is no such section.</summary>
    /// <exception cref="SnapshotFormatException">The elements have another size than <typeparamref name="T"/>, or are more than an array can hold.</exception>
    public ReadOnlySpan<T> Section<T>(uint id)
        where T : unmanaged
    {
        if (!Find(id, out SnapshotSection section))
            return [];
        if (section.ElementSize != Unsafe.SizeOf<T>() || section.Length / section.ElementSize > int.MaxValue)
            throw new SnapshotFormatException(
                $"{Path}: section {id} has elements of {section.ElementSize} bytes, not {Unsafe.SizeOf<T>()}."
            );
        return new ReadOnlySpan<T>(_start + section.Offset, (int)(section.Length / section.ElementSize));
    }

    /// <summary>A slice of a section that may be longer than an array can be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slice lies outside the section.</exception>
    public ReadOnlySpan<byte> Slice(uint id, long offset, int length)
    {
        if (!Find(id, out SnapshotSection section) || offset < 0 || length < 0 || offset > section.Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{Path}: {length} bytes at {offset} lie outside section {id}.");
        return new ReadOnlySpan<byte>(_start + section.Offset + offset, length);
    }

    public long SectionLength(uint id) => Find(id, out SnapshotSection section) ? section.Length : 0;

    private bool Find(uint id, out SnapshotSection found)
    {
        foreach (ref readonly SnapshotSection section in _sections.AsSpan())
            if (section.Id == id)
            {
                found = section;
                return true;
            }
        found = default;
        return false;
    }

    /// <summary>Reads everything and compares checksums: the ids of damaged sections, none when all is well.</summary>
    /// <remarks>Reads the file, not the mapping: pages once touched there would count as this process's memory ever after.</remarks>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<uint> Verify()
    {
        using SafeFileHandle file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var damaged = new List<uint>();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
        foreach (SnapshotSection section in _sections)
        {
            var sum = new Checksum();
            long at = 0;
            for (int n = 1; n > 0 && at < section.Length; at += n)
            {
                n = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, section.Length - at)), section.Offset + at);
                // Checksums go by words; only the last piece may end within one.
                if (at + n < section.Length)
                    n &= ~7;
                sum.Append(buffer.AsSpan(0, n));
            }
            if (sum.Value != section.Checksum)
                damaged.Add(section.Id);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return damaged;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
