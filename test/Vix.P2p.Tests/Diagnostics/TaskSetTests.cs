using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Diagnostics;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Diagnostics;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TaskSetTests
{
    private readonly List<Exception> _unexpected = [];
    private readonly TaskSet _tasks;

    public TaskSetTests() => _tasks = new TaskSet(_unexpected.Add);

    [Test]
    public async Task WhenAll_TasksThatStartOthers_WaitsForThemToo()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int ended = 0;
        _tasks.Run(async () =>
        {
            await release.Task;
            _tasks.Run(() =>
            {
                Interlocked.Increment(ref ended);
                return Task.CompletedTask;
            });
            Interlocked.Increment(ref ended);
        });
        Task all = _tasks.WhenAllAsync();

        all.IsCompleted.Should().BeFalse();
        release.SetResult();

        await all.Soon();
        ended.Should().Be(2);
        _tasks.Count.Should().Be(0);
    }

    [Test]
    public async Task Run_TaskThatFails_IsToldAndForgotten()
    {
        _tasks.Run(() => throw new InvalidOperationException("broken"));

        await _tasks.WhenAllAsync().Soon();

        _unexpected.Should().ContainSingle().Which.Message.Should().Be("broken");
        _tasks.Count.Should().Be(0);
    }

    [Test]
    public async Task Run_Thousands_KeepsNoneOfThem()
    {
        for (int i = 0; i < 10_000; i++)
            _tasks.Run(() => Task.CompletedTask);

        await _tasks.WhenAllAsync().Soon();

        _tasks.Count.Should().Be(0);
    }
}
