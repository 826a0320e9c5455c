import th from 'messages:th/common,account'
import type { Component } from 'svelte'
import { startPage } from '../page'
import AccountPage from './AccountPage.svelte'
import JoinPage from './JoinPage.svelte'
import LoginPage from './LoginPage.svelte'
import PeoplePage from './PeoplePage.svelte'

// One script for the four: whoever signs in or joins goes on to another of them.
const PAGES: Record<string, Component> = {
  '/login/': LoginPage,
  '/join/': JoinPage,
  '/office/people/': PeoplePage,
}

void startPage(PAGES[location.pathname] ?? AccountPage, {
  th,
  en: () => import('messages:en/common,account'),
})
