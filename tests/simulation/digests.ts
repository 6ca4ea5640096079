import type { Delivery } from '../../services/shared/ledger/types.ts';
import { followed, formDigests, isCarried, splitDigest } from '../../services/shared/policy/digest.ts';
import type { Checked } from '../../services/shared/sending/check.ts';

const FROM = 3;
type Story = { deliveries: Delivery[] };
type Member<S extends Story> = { story: S; delivery: Delivery };

/** Groups what is due of all stories, as the scheduler does. */
export function group(stories: Story[], now: Date): void {
  const due = stories.flatMap(({ deliveries }) => deliveries.filter(({ dueAt }) => dueAt !== null && dueAt <= now));
  for (const { carrier, members } of formDigests(due, { from: FROM, categoryOf: () => '' })) {
    Object.assign(carrier, { status: 'queued', carries: members.map(({ _id }) => _id) });
    const carriedBy = { deliveryId: carrier._id, notificationId: carrier.notificationId };
    for (const member of members) Object.assign(member, { reason: 'in_digest', carriedBy, dueAt: member.expiresAt });
  }
}

export const carrierOf = ({ carriedBy }: Delivery, stories: Story[]): Delivery | null =>
  stories.flatMap(({ deliveries }) => deliveries).find(({ _id }) => _id === carriedBy?.deliveryId) ?? null;

export const carriedOf = <S extends Story>({ carries = [] }: Delivery, stories: S[]): Member<S>[] =>
  carries.length === 0
    ? []
    : stories.flatMap((story) =>
        story.deliveries.filter(({ _id }) => carries.includes(_id)).map((delivery) => ({ story, delivery })),
      );

/** Lets a carried delivery follow its carrier. */
export function follow(member: Delivery, carrier: Delivery | null, now: Date): void {
  Object.assign(member, followed(member, carrier, { now, lookAgainMs: 300_000 }));
}

/** What a digest tells of now; those that end or go their own way are changed on the spot. */
export function split<S extends Story>(
  carrier: Delivery,
  checked: Checked,
  stories: S[],
  check: (story: S, delivery: Delivery) => Checked,
  now: Date,
): Member<S>[] {
  const members = carriedOf(carrier, stories).filter(({ delivery }) => isCarried(delivery));
  const judged = members.map(({ story, delivery }) => ({ delivery, checked: check(story, delivery) }));
  const { together, ended, released } = splitDigest({ delivery: carrier, checked }, judged, FROM);
  for (const one of ended) Object.assign(one.delivery, one.checked, { dueAt: now, carriedBy: null });
  for (const one of released) Object.assign(one, { reason: 'quiet_hours', dueAt: now, carriedBy: null });
  carrier.carries = together.map(({ _id }) => _id);
  return members.filter(({ delivery }) => together.includes(delivery));
}
