using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Causeway.Bgp.Tables.Memory;

/// <summary>
/// The memory of one routing instance's tables, outside the collected heap: it goes back to the system when routes go, not when a collection comes by.
/// </summary>
/// <remarks>
/// Theory of operation. This class alone gets and frees memory; everything in a <see cref="Rib"/> that is large rents its blocks here. Up to 16 KiB they come
/// from the C library, so that ten thousand instances at rest stay small. Larger ones are cut, in units of 32 KiB, from regions of 2 MiB, or are mappings of their
/// own from 1 MiB on. The pages of a block that comes back are given to the system at once, and a region with its last block. A table with more than one region
/// is a large one, and asks for huge pages: a route takes a walk through half a dozen tables in memory, and with small pages each step is a TLB miss besides.
/// <para>
/// Safety. Nobody but the owner frees, a block is freed once, and both are asserted. Pointers are dereferenced only inside the lock of the instance, and who holds
/// that lock keeps this object alive (<c>RibState.Enter</c>), so the finalizer, which frees what is left of an instance that was dropped, cannot run under anybody.
/// A chunk that a slab has let go of is replaced by <see cref="Nothing"/>, which reads as zeros and cannot be written.
/// </para>
/// </remarks>
internal sealed unsafe partial class TableMemory
{
    private const int LargestSmall = 16 * 1024;
    private const int Unit = 32 * 1024;
    private const int RegionSize = 64 * Unit;
    private const int SmallestMapping = RegionSize / 2;
    private const int HugePage = 2 * 1024 * 1024;

    private sealed class Region(nint start)
    {
        public readonly nint Start = start;

        /// <summary>A bit for each unit that is in use.</summary>
        public ulong Used;
    }

    private readonly List<Region> _regions = [];

    /// <summary>Blocks that are out, with their sizes.</summary>
    private readonly Dictionary<nint, int> _blocks = [];

    /// <summary>Octets that are out.</summary>
    public long Rented { get; private set; }

    /// <summary>Stands in for memory that is gone: zeros, and whoever writes there ends the process rather than harm what is somebody else's by now.</summary>
    public static readonly nint Nothing = OperatingSystem.IsLinux()
        ? Checked(Map(0, LargestChunk, ProtRead, MapPrivate | MapAnonymous, -1, 0))
        : (nint)NativeMemory.AllocZeroed(LargestChunk);

    /// <summary>The largest chunk that <see cref="Nothing"/> can stand in for.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>Gives out a block of zeros.</summary>
    /// <exception cref="InsufficientMemoryException">The system has no more.</exception>
    public nint Rent(int octets)
    {
        nint block =
            octets <= LargestSmall ? (nint)NativeMemory.AllocZeroed((nuint)octets)
            : octets < SmallestMapping ? FromRegion((octets + Unit - 1) / Unit)
            : NewMapping(Rounded(octets), huge: true);
        _blocks.Add(block, octets);
        Rented += octets;
        return block;
    }

    /// <summary>Takes a block back; nobody may touch it any more.</summary>
    public void Return(nint block)
    {
        bool known = _blocks.Remove(block, out int octets);
        Debug.Assert(known, "A block came back that was not out.");
        if (!known)
            return;
        Rented -= octets;
        if (octets <= LargestSmall)
            NativeMemory.Free((void*)block);
        else if (octets < SmallestMapping)
            BackToRegion(block, (octets + Unit - 1) / Unit);
        else
            EndMapping(block, Rounded(octets));
    }

    private static int Rounded(int octets) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)octets) is var power && power < HugePage
            ? power
            : (octets + HugePage - 1) / HugePage * HugePage;

    private nint FromRegion(int units)
    {
        ulong run = ulong.MaxValue >> (64 - units);
        foreach (Region region in _regions)
        {
            for (ulong free = ~region.Used; free != 0; free &= free - 1)
            {
                int at = BitOperations.TrailingZeroCount(free);
                if (at + units > 64)
                    break;
                if ((region.Used & run << at) == 0)
                    return Take(region, at);
            }
        }
        var added = new Region(NewMapping(RegionSize, huge: _regions.Count > 0));
        _regions.Add(added);
        return Take(added, 0);

        nint Take(Region region, int at)
        {
            region.Used |= run << at;
            return region.Start + (nint)at * Unit;
        }
    }

    private void BackToRegion(nint block, int units)
    {
        int number = _regions.FindIndex(r => block >= r.Start && block < r.Start + RegionSize);
        Region region = _regions[number];
        region.Used &= ~(ulong.MaxValue >> (64 - units) << (int)((block - region.Start) / Unit));
        if (region.Used == 0)
        {
            EndMapping(region.Start, RegionSize);
            _regions.RemoveAt(number);
        }
        else
            Forget(block, units * Unit);
    }

    ~TableMemory()
    {
        foreach ((nint block, int octets) in _blocks)
            if (octets <= LargestSmall)
                NativeMemory.Free((void*)block);
            else if (octets >= SmallestMapping)
                EndMapping(block, Rounded(octets));
        foreach (Region region in _regions)
            EndMapping(region.Start, RegionSize);
    }

    // ---- the system ---------------------------------------------------------------------------------------------

    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapPrivate = 2;
    private const int MapAnonymous = 0x20;
    private const int DontNeed = 4;
    private const int UseHugePages = 14;

    private static nint NewMapping(int octets, bool huge)
    {
        if (!OperatingSystem.IsLinux())
        {
            void* block = NativeMemory.AlignedAlloc((nuint)octets, HugePage);
            NativeMemory.Clear(block, (nuint)octets);
            return (nint)block;
        }
        if (octets < HugePage)
            return Checked(Map(0, (nuint)octets, ProtRead | ProtWrite, MapPrivate | MapAnonymous, -1, 0));
        // A huge page needs its alignment: what is too much at both ends goes back.
        nint start = Checked(Map(0, (nuint)octets + HugePage, ProtRead | ProtWrite, MapPrivate | MapAnonymous, -1, 0));
        nint aligned = (start + HugePage - 1) & ~(HugePage - 1);
        if (aligned > start)
            _ = Unmap(start, (nuint)(aligned - start));
        nint rest = start + HugePage - aligned;
        if (rest > 0)
            _ = Unmap(aligned + octets, (nuint)rest);
        if (huge)
            _ = Advise(aligned, (nuint)octets, UseHugePages);
        return aligned;
    }

    private static void EndMapping(nint start, int octets)
    {
        if (OperatingSystem.IsLinux())
            _ = Unmap(start, (nuint)octets);
        else
            NativeMemory.AlignedFree((void*)start);
    }

    /// <summary>The pages go, the addresses stay and read as zeros.</summary>
    private static void Forget(nint start, int octets)
    {
        if (!OperatingSystem.IsLinux() || Advise(start, (nuint)octets, DontNeed) != 0)
            NativeMemory.Clear((void*)start, (nuint)octets);
    }

    private static nint Checked(nint mapped) =>
        mapped == -1 ? throw new InsufficientMemoryException("The system has no memory for the tables.") : mapped;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
