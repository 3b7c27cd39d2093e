using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Registries.Snapshot;

/// <summary>
/// Writes one snapshot file. Nothing is visible under the final name before <see cref="Commit"/>; disposing without it removes what was written.
/// Not safe for concurrent use.
/// </summary>
public sealed class SnapshotWriter : IDisposable
{
    private const int Alignment = 64;
    private const int BufferSize = 1 << 20;

    private readonly string _path;
    private readonly string _temporary;
    private readonly uint _kind;
    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private readonly List<SnapshotSection> _sections = [];
    private int _buffered;
    private long _flushed;
    private SnapshotSection _open;
    private Checksum _checksum;
    private bool _isOpen;
    private bool _done;

    /// <param name="path">The final name. Its folder must exist.</param>
    /// <param name="kind">What the sections mean and in which version; a reader must ask for the same number.</param>
    public SnapshotWriter(string path, uint kind)
    {
        _path = path;
        _kind = kind;
        _temporary = $"{path}.{Guid.NewGuid():N}.partial";
        _file = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Write(new byte[Unsafe.SizeOf<SnapshotHeader>()]);
    }

    /// <summary>Bytes written so far, sections of any state included.</summary>
    public long Position => _flushed + _buffered;

    /// <summary>Adds a whole section.</summary>
    public void Add<T>(uint id, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        Open(id, Unsafe.SizeOf<T>());
        // A span of 28-byte structs can exceed what fits an int when cast to bytes, so it goes in slices.
        const int Slice = 1 << 20;
        for (int i = 0; i < elements.Length; i += Slice)
            Append(MemoryMarshal.AsBytes(elements.Slice(i, Math.Min(Slice, elements.Length - i))));
        Close();
    }

    /// <summary>Begins a section whose content comes in pieces by <see cref="Append"/>; ends with <see cref="Close"/>.</summary>
    public void Open(uint id, int elementSize)
    {
        if (_isOpen)
            throw new InvalidOperationException($"Section {_open.Id} is still open.");
        Align();
        _open = new SnapshotSection
        {
            Id = id,
            ElementSize = (uint)elementSize,
            Offset = Position,
        };
        _checksum = default;
        _isOpen = true;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _checksum.Append(bytes);
        Write(bytes);
    }

    public void Close()
    {
        _open.Length = Position - _open.Offset;
        _open.Checksum = _checksum.Value;
        _sections.Add(_open);
        _isOpen = false;
    }

    /// <summary>Writes table and header, syncs, and gives the file its name, replacing what stood there.</summary>
    public void Commit()
    {
        if (_isOpen)
            throw new InvalidOperationException($"Section {_open.Id} is still open.");
        Align();
        long tableOffset = Position;
        ReadOnlySpan<byte> table = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_sections));
        Write(table);
        Flush();
        var header = new SnapshotHeader
        {
            Magic = SnapshotHeader.ExpectedMagic,
            Kind = _kind,
            Sections = (uint)_sections.Count,
            FileLength = _flushed,
            TableOffset = tableOffset,
            TableChecksum = Checksum.Of(table),
        };
        RandomAccess.Write(_file, MemoryMarshal.AsBytes(new ReadOnlySpan<SnapshotHeader>(in header)), 0);
        RandomAccess.FlushToDisk(_file);
        _file.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _done = true;
    }

    private void Align()
    {
        Span<byte> zeros = stackalloc byte[Alignment];
        zeros.Clear();
        Write(zeros[..(int)(-Position & (Alignment - 1))]);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int n = Math.Min(bytes.Length, BufferSize - _buffered);
            bytes[..n].CopyTo(_buffer.AsSpan(_buffered));
            _buffered += n;
            bytes = bytes[n..];
            if (_buffered == BufferSize)
                Flush();
        }
    }

    private void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _buffered), _flushed);
        _flushed += _buffered;
        _buffered = 0;
    }

    public void Dispose()
    {
        if (_done)
            return;
        _done = true;
        _file.Dispose();
        File.Delete(_temporary);
    }
}
