using System.Buffers;
using System.IO.Compression;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Segments;

/*
 * Object texts are evidence: rarely read, large in sum. They are laid end to end, cut into blocks of 64 KiB regardless of where objects end, and each
 * block is compressed by itself. So an object is found by its offset, reading one costs decompressing one block (rarely two), and the text of three
 * million objects takes a fifth of its size on disk and nothing in memory.
 */

/// <summary>Writes object texts into the open section of a snapshot.</summary>
internal sealed class TextBlockWriter
{
    public const int BlockSize = 1 << 16;
    private const int Quality = 1;
    private const int Window = 16;

    private readonly SnapshotWriter _writer;
    private readonly byte[] _block = new byte[BlockSize];
    private readonly byte[] _compressed = new byte[BrotliEncoder.GetMaxCompressedLength(BlockSize)];
    private readonly List<long> _blockStarts = [];
    private int _used;
    private long _compressedLength;

    public TextBlockWriter(SnapshotWriter writer)
    {
        _writer = writer;
        writer.Open(SegmentFormat.Text, 1);
    }

    /// <summary>Bytes of text so far, before compression.</summary>
    public long Length => (long)_blockStarts.Count * BlockSize + _used;

    public TextRef Append(ReadOnlySpan<byte> text)
    {
        var reference = new TextRef(Length, text.Length);
        while (text.Length > 0)
        {
            int n = Math.Min(text.Length, BlockSize - _used);
            text[..n].CopyTo(_block.AsSpan(_used));
            _used += n;
            text = text[n..];
            if (_used == BlockSize)
                WriteBlock();
        }
        return reference;
    }

    /// <summary>Takes over the texts of an earlier segment, so that its references stay valid. Only before anything is appended.</summary>
    public void CopyFrom(TextBlockReader earlier)
    {
        for (int i = 0; i < earlier.FullBlocks; i++)
        {
            ReadOnlySpan<byte> block = earlier.Compressed(i);
            _blockStarts.Add(_compressedLength);
            _compressedLength += block.Length;
            _writer.Append(block);
        }
        long rest = earlier.Length - (long)earlier.FullBlocks * BlockSize;
        if (rest > 0)
            Append(earlier.Read(new TextRef((long)earlier.FullBlocks * BlockSize, (int)rest)));
    }

    /// <summary>Ends the section and returns where each block starts in it, and where the last one ends.</summary>
    public long[] Finish(out long length)
    {
        length = Length;
        if (_used > 0)
            WriteBlock();
        _writer.Close();
        return [.. _blockStarts, _compressedLength];
    }

    private void WriteBlock()
    {
        if (!BrotliEncoder.TryCompress(_block.AsSpan(0, _used), _compressed, out int written, Quality, Window))
            throw new InvalidOperationException("The compressor needs more room than it said.");
        _blockStarts.Add(_compressedLength);
        _compressedLength += written;
        _writer.Append(_compressed.AsSpan(0, written));
        _used = 0;
    }
}

/// <summary>Reads object texts back. Not safe for concurrent use: it keeps the block last read.</summary>
internal sealed class TextBlockReader(SnapshotFile file, long length)
{
    private readonly byte[] _block = new byte[TextBlockWriter.BlockSize];
    private int _blockIndex = -1;
    private int _blockLength;

    /// <summary>Bytes of text, before compression.</summary>
    public long Length => length;

    public int FullBlocks => (int)(length / TextBlockWriter.BlockSize);

    /// <summary>The text of an object.</summary>
    /// <exception cref="SnapshotFormatException">The reference or the block is damaged.</exception>
    public byte[] Read(TextRef reference)
    {
        if (reference.Offset > length - reference.Length)
            throw new SnapshotFormatException($"{file.Path}: object text at {reference.Offset} lies outside.");
        var text = new byte[reference.Length];
        CopyTo(reference, text);
        return text;
    }

    private void CopyTo(TextRef reference, Span<byte> destination)
    {
        long at = reference.Offset;
        while (destination.Length > 0)
        {
            Load((int)(at / TextBlockWriter.BlockSize));
            int within = (int)(at % TextBlockWriter.BlockSize);
            int n = Math.Min(destination.Length, _blockLength - within);
            if (n <= 0)
                throw new SnapshotFormatException($"{file.Path}: a text block is shorter than it should be.");
            _block.AsSpan(within, n).CopyTo(destination);
            destination = destination[n..];
            at += n;
        }
    }

    public ReadOnlySpan<byte> Compressed(int index)
    {
        ReadOnlySpan<long> starts = file.Section<long>(SegmentFormat.TextBlocks);
        if ((uint)index >= (uint)starts.Length - 1)
            throw new SnapshotFormatException($"{file.Path}: there is no text block {index}.");
        long size = starts[index + 1] - starts[index];
        if (size is < 0 or > 2 * TextBlockWriter.BlockSize)
            throw new SnapshotFormatException($"{file.Path}: text block {index} has an impossible size.");
        return file.Slice(SegmentFormat.Text, starts[index], (int)size);
    }

    private void Load(int index)
    {
        if (index == _blockIndex)
            return;
        _blockIndex = -1;
        var decoder = new BrotliDecoder();
        try
        {
            if (decoder.Decompress(Compressed(index), _block, out _, out _blockLength) != OperationStatus.Done)
                throw new SnapshotFormatException($"{file.Path}: text block {index} is damaged.");
        }
        finally
        {
            decoder.Dispose();
        }
        GC.KeepAlive(file);
        _blockIndex = index;
    }
}
